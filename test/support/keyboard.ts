import { setImmediate, setTimeout } from 'node:timers/promises'
import { render } from 'ink-testing-library'
import type { ReactElement } from 'react'

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

type View = ReturnType<typeof render>

/** Shows what asks in a terminal of that size, ready for keys. */
export async function show(node: ReactElement, columns: number, rows: number): Promise<View> {
  const view = render(node)
  await resize(view, columns, rows)
  return view
}

/** As when a window is resized; returns what is shown then. */
export async function resize(view: View, columns: number, rows: number): Promise<string> {
  for (const [name, value] of Object.entries({ columns, rows }))
    Object.defineProperty(view.stdout, name, { value, configurable: true })
  view.stdout.emit('resize')
  await setTimeout(AFTER_KEY_MS)
  return shown(view)
}

/** Presses keys by name, or types text, one after the other; returns what is shown then. */
export async function press(view: View, ...keys: string[]): Promise<string> {
  for (const key of keys) {
    view.stdin.write(SENT[key] ?? key)
    await setTimeout(AFTER_KEY_MS)
  }
  return shown(view)
}

/** The time of a processor that it takes from a key until something is drawn: other programs do not count. */
export async function costMs({ stdin, frames }: View, key: string): Promise<number> {
  const before = frames.length
  const start = process.cpuUsage()
  stdin.write(SENT[key] ?? key)
  while (frames.length === before) await setImmediate()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1_000
}

/** What is shown now, without colours, which some CI machines turn on. Any other sequence stays, for there must be none. */
export function shown({ lastFrame }: View): string {
  return (lastFrame() ?? '').replaceAll(/\p{Cc}\[[\d;]*m/gu, '')
}

/** What a terminal sends that brackets what is pasted. */
export function pasted(text: string): string {
  return `\u001B[200~${text}\u001B[201~`
}
