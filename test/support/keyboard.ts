import { setTimeout } from 'node:timers/promises'
import type { render } from 'ink-testing-library'

/** What terminals send for keys that have names. */
const SENT: Readonly<Partial<Record<string, string>>> = {
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  home: '\u001B[H',
  end: '\u001B[F',
  'page-up': '\u001B[5~',
  'page-down': '\u001B[6~',
  delete: '\u001B[3~',
  backspace: '\u007F',
  enter: '\r',
  escape: '\u001B',
  'ctrl-a': '\u0001',
  'ctrl-c': '\u0003',
  'ctrl-e': '\u0005',
  'ctrl-u': '\u0015',
}
/** Longer than Ink waits to tell Esc from the start of a sequence. */
const AFTER_KEY_MS = 30

/** Presses keys by name, or types text, one after the other; returns what is shown then. */
export async function press({ stdin, lastFrame }: ReturnType<typeof render>, ...keys: string[]): Promise<string> {
  await setTimeout(AFTER_KEY_MS)
  for (const key of keys) {
    stdin.write(SENT[key] ?? key)
    await setTimeout(AFTER_KEY_MS)
  }
  return lastFrame() ?? ''
}

/** What a terminal sends that brackets what is pasted. */
export function pasted(text: string): string {
  return `\u001B[200~${text}\u001B[201~`
}

/** As when a window is resized. */
export async function resize(view: ReturnType<typeof render>, columns: number, rows: number): Promise<string> {
  Object.defineProperties(view.stdout, {
    columns: { value: columns, configurable: true },
    rows: { value: rows, configurable: true },
  })
  await setTimeout(AFTER_KEY_MS)
  view.stdout.emit('resize')
  await setTimeout(AFTER_KEY_MS)
  return view.lastFrame() ?? ''
}
