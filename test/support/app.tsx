import { stripVTControlCharacters } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { render } from 'ink-testing-library'
import type { RunControl } from '../../src/run-control.ts'
import type { Scene } from '../../src/terminal/app/frame.ts'
import type { Size } from '../../src/terminal/app/line.ts'
import { Screen } from '../../src/terminal/app/screen.tsx'
import { emptyModel, reduce } from '../../src/view/model.ts'
import { eventLine } from '../../src/view/log.ts'
import { addEntry, type Log } from '../../src/terminal/app/log-pane.ts'
import { english, type Words } from '../../src/words/index.ts'
import type { Story } from './story.ts'

/** The scene after a story, its log included. */
export function sceneOf(story: Story, words: Words = english): Scene {
  let model = emptyModel()
  let log: Log = { dropped: 0, entries: [] }
  for (const event of story.events) {
    const before = model
    model = reduce(model, event)
    const text = eventLine(event, before, model, words)
    if (text !== null) log = addEntry(log, { at: event.at, text })
  }
  return { model, log }
}

/** Writes down what it is asked to do. */
export class Control implements RunControl {
  readonly asked: string[] = []
  isPaused = false

  pause(): void {
    this.isPaused = true
    this.asked.push('pause')
  }

  resume(): void {
    this.isPaused = false
    this.asked.push('resume')
  }

  cancel(item: string): void {
    this.asked.push(`cancel ${item}`)
  }
}

/** The app on a terminal of the given size that nobody sees: keys go in, what it shows comes out. */
export async function openScreen(story: Story, size: Size = { columns: 100, rows: 30 }, words: Words = english) {
  const control = new Control()
  const node = (scene: Scene) => (
    <Screen
      scene={scene}
      words={words}
      control={control}
      hasColours={false}
      onQuit={(choice) => control.asked.push(`quit ${choice}`)}
    />
  )
  const app = render(node(sceneOf(story, words)))
  const resize = async ({ columns, rows }: Size): Promise<void> => {
    Object.defineProperties(app.stdout, {
      columns: { value: columns, configurable: true },
      rows: { value: rows, configurable: true },
    })
    app.stdout.emit('resize')
    await settle()
  }
  await settle()
  await resize(size)
  return {
    control,
    resize,
    /** Lines as a terminal has them, without colours. */
    lines: (): string[] => stripVTControlCharacters(app.lastFrame() ?? '').split('\n'),
    shows: (text: string): boolean => stripVTControlCharacters(app.lastFrame() ?? '').includes(text),
    async press(...keys: readonly string[]): Promise<void> {
      for (const key of keys) {
        app.stdin.write(key)
        await settle(key === KEY.escape ? 40 : 5)
      }
    },
    tell(more: Story): Promise<void> {
      app.rerender(node(sceneOf(more, words)))
      return settle()
    },
    close: app.unmount,
  }
}

/** What terminals send. */
export const KEY = {
  up: '\u001B[A',
  down: '\u001B[B',
  pageUp: '\u001B[5~',
  pageDown: '\u001B[6~',
  home: '\u001B[H',
  end: '\u001B[F',
  enter: '\r',
  escape: '\u001B',
  ctrlC: '\u0003',
} as const

function settle(ms = 5): Promise<void> {
  return sleep(ms)
}
