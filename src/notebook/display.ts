import { randomBytes } from 'node:crypto'
import { tslabInternals, tslabRequire } from './tslab.ts'

/** One output of a notebook cell, replaced as a whole at each update. */
export interface Display {
  /** The front end shows the richest form it knows; the notebook stores both. Never throws. */
  update(content: { readonly html: string; readonly text: string }): void
}

/**
 * Opens a display in the cell that runs now; null outside tslab. Call it before the first `await`: later another cell
 * may be the running one. It appears with its first update and keeps its place and cell from then on.
 */
export function openDisplay(): Display | null {
  if (tslabRequire() === undefined) return null
  try {
    return pinnedDisplay() ?? publicDisplay()
  } catch {
    // A tslab that differs from what we know: better no panel than a broken call.
    return null
  }
}

/** The running cell's own writer: its messages carry that cell as their parent, whichever runs later. */
function pinnedDisplay(): Display | null {
  const write = tslabInternals()?.lastWriteDisplayData
  if (typeof write !== 'function') return null
  const displayId = randomBytes(8).toString('hex')
  let isShown = false
  return guarded(({ html, text }) => {
    write(
      { data: { 'text/html': html, 'text/plain': text }, metadata: {}, transient: { display_id: displayId } },
      isShown,
    )
    isShown = true
  })
}

function publicDisplay(): Display | null {
  const display = tslabRequire()?.('tslab').newDisplay()
  if (display === undefined) return null
  return guarded(({ html }) => {
    display.html(html)
  })
}

/** The kernel's sockets may be closing: a panel that cannot be shown must not end the work it shows. */
function guarded(update: Display['update']): Display {
  return {
    update(content) {
      try {
        update(content)
      } catch {
        // Nobody is left to show it to.
      }
    },
  }
}
