import type { WriteStream } from 'node:tty'
import type { NotebookEvent } from '../notebook/run.ts'

/** Without a terminal: how often a panel that goes on may print a line. */
const LINE_EVERY_MS = 2_000

/** Shows a notebook that runs: panels redrawn in place on a terminal, elsewhere a line whenever there is news. */
export class Screen {
  readonly #out: WriteStream
  /** The panel that may still change, by its display id. */
  #panel: { id: string; text: string; drawnLines: number } | undefined
  #lastLine = { signs: '', at: 0 }

  constructor(out: WriteStream) {
    this.#out = out
  }

  handle(event: NotebookEvent): void {
    switch (event.type) {
      case 'markdown': {
        const heading = /^#+ (.+)$/m.exec(event.source)?.[1]
        if (heading !== undefined) this.#print(`\n== ${heading} ==`)
        return
      }
      case 'display':
      case 'update':
        if (event.text !== null) this.#show(event.displayId, event.text)
        return
      case 'stream':
        this.#print(event.text.trimEnd())
        return
      case 'ended':
        this.#settle()
        return
      default:
    }
  }

  #show(id: string | null, text: string): void {
    if (id === null) {
      this.#print(text)
      return
    }
    if (this.#panel?.id !== id) this.#settle()
    this.#panel = { id, text, drawnLines: this.#panel?.drawnLines ?? 0 }
    if (this.#out.isTTY) this.#draw(this.#panel)
    else this.#news(text)
  }

  /** Over what was drawn before, which may have been longer. */
  #draw(panel: { text: string; drawnLines: number }): void {
    const lines = panel.text.split('\n').map((line) => line.slice(0, this.#out.columns - 1))
    const up = panel.drawnLines === 0 ? '' : `\x1b[${String(panel.drawnLines)}A`
    this.#out.write(`${up}\x1b[J${lines.join('\n')}\n`)
    panel.drawnLines = lines.length
  }

  /** One line of a panel: at once when a stage begins or ends, else every 2 s. */
  #news(text: string): void {
    const signs = text.replace(/[^▸✓✗–]/g, '')
    const now = performance.now()
    if (signs === this.#lastLine.signs && now < this.#lastLine.at + LINE_EVERY_MS) return
    this.#lastLine = { signs, at: now }
    const line = text.split('\n').findLast((candidate) => /▸|\d %/.test(candidate))
    if (line !== undefined) this.#out.write(`  ${line.trim()}\n`)
  }

  /** The panel stays as it is now; without a terminal it has not been seen whole yet. */
  #settle(): void {
    if (this.#panel !== undefined && !this.#out.isTTY) this.#out.write(`${this.#panel.text}\n`)
    this.#panel = undefined
  }

  #print(text: string): void {
    this.#settle()
    this.#out.write(`${text}\n`)
  }
}
