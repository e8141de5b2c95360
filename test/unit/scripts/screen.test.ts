import type { WriteStream } from 'node:tty'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Screen } from '../../../scripts/start/screen.ts'
import type { NotebookEvent } from '../../../scripts/notebook/run.ts'

let written: string

function screen(isTTY: boolean): Screen {
  written = ''
  const write = (text: string): boolean => {
    written += text
    return true
  }
  return new Screen({ isTTY, columns: 40, write } as unknown as WriteStream)
}

function panel(type: 'display' | 'update', text: string, displayId: string | null = 'one'): NotebookEvent {
  return { type, index: 1, displayId, text, html: null }
}

const ended: NotebookEvent = { type: 'ended', index: 1, status: 'ok', seconds: 1 }

describe('on a terminal', () => {
  test('a panel is drawn over its last state, however long that was', () => {
    const shown = screen(true)
    shown.handle(panel('display', 'a\nb\nc'))
    shown.handle(panel('update', 'd'))
    shown.handle(panel('update', 'e\nf'))
    expect(written).toBe('\x1b[Ja\nb\nc\n\x1b[3A\x1b[Jd\n\x1b[1A\x1b[Je\nf\n')
  })

  test('no line is so long that the terminal would fold it', () => {
    screen(true).handle(panel('display', 'x'.repeat(100)))
    expect(written).toBe(`\x1b[J${'x'.repeat(39)}\n`)
  })

  test('what comes after a panel stands below it', () => {
    const shown = screen(true)
    shown.handle(panel('display', 'a'))
    shown.handle({ type: 'stream', index: 1, name: 'stdout', text: 'said\n' })
    shown.handle(panel('display', 'b', 'two'))
    expect(written).toBe('\x1b[Ja\nsaid\n\x1b[Jb\n')
  })
})

describe('without a terminal', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('a line when a stage begins or ends, else every 2 s; the last state whole', () => {
    const shown = screen(false)
    shown.handle(panel('display', 'Vault\n✓ validate ▸ download\n  download 1 %'))
    shown.handle(panel('update', 'Vault\n✓ validate ▸ download\n  download 2 %'))
    vi.advanceTimersByTime(2_000)
    shown.handle(panel('update', 'Vault\n✓ validate ▸ download\n  download 3 %'))
    shown.handle(panel('update', 'Vault\n✓ validate ✓ download ▸ encrypt'))
    shown.handle(panel('update', 'Vault done\n✓ validate ✓ download ✓ encrypt'))
    shown.handle(ended)
    expect(written.split('\n')).toEqual([
      '  download 1 %',
      '  download 3 %',
      '  ✓ validate ✓ download ▸ encrypt',
      'Vault done',
      '✓ validate ✓ download ✓ encrypt',
      '',
    ])
  })

  test('headings are captions', () => {
    screen(false).handle({ type: 'markdown', index: 0, source: '## The whole job\n\nDownload.' })
    expect(written).toBe('\n== The whole job ==\n')
  })
})
