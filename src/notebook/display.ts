import { randomBytes } from 'node:crypto'

/** One output of a notebook cell, replaced as a whole at each update. */
export interface Display {
  /** The front end shows the richest form it knows; the notebook stores both. Never throws. */
  update(content: { readonly html: string; readonly text: string }): void
}

/**
 * Opens a display in the cell that runs now; null outside tslab. Call it before the first `await`: later another cell
 * may be the running one. It appears with its first update and keeps its place and cell from then on.
 * @see https://github.com/yunabe/tslab (`dist/jupyter.js`, tested with 1.0.22: what is read here is not its public API)
 */
export function openDisplay(): Display | null {
  const require = tslabRequire()
  if (require === undefined) return null
  try {
    return pinnedDisplay(require) ?? publicDisplay(require)
  } catch {
    // A tslab that differs from what we know: better no panel than a broken call.
    return null
  }
}

interface TslabRequire {
  (id: 'tslab'): { newDisplay(): { html(html: string): void } }
  readonly cache?: Readonly<Record<string, { readonly exports: unknown } | undefined>>
}

type WriteDisplayData = (content: object, isUpdate: boolean) => void

function tslabRequire(): TslabRequire | undefined {
  const { __tslab__: tslab } = globalThis as { __tslab__?: { readonly require?: unknown } }
  return typeof tslab?.require === 'function' ? (tslab.require as TslabRequire) : undefined
}

/** The running cell's own writer: its messages carry that cell as their parent, whichever runs later. */
function pinnedDisplay(require: TslabRequire): Display | null {
  const path = Object.keys(require.cache ?? {}).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name))
  const jupyter = (path === undefined ? undefined : require.cache?.[path]?.exports) as
    { readonly lastWriteDisplayData?: WriteDisplayData | null } | undefined
  const write = jupyter?.lastWriteDisplayData
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

function publicDisplay(require: TslabRequire): Display {
  const display = require('tslab').newDisplay()
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
