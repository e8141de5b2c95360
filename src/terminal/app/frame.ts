import { columnsOf } from '../../view/columns.ts'
import { inertText } from '../../view/inert.ts'
import type { ViewModel } from '../../view/model.ts'
import type { Words } from '../../words/index.ts'
import { detailLines } from './details.ts'
import { headLines } from './head.ts'
import { filterItems, listLines, selectedIndex, topOf } from './item-list.ts'
import { helpLines, keyLine } from './keys.ts'
import { bold, cut, dim, plain, spread, type Line } from './line.ts'
import { logEnd, logLines, type Log } from './log-pane.ts'
import { questionLines } from './question.ts'
import type { AppState, Pane, Surface } from './state.ts'

/** What there is to show. */
export interface Scene {
  readonly model: ViewModel
  readonly log: Log
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** What stands on the screen, and what the keys move over in it. */
export interface Frame {
  readonly lines: readonly Line[]
  readonly surface: Surface
}

const LEAST: Size = { columns: 40, rows: 8 }
/** Below this a pane has the room of the list; from this on it stands below it. */
const SPLIT_ROWS = 14
/** From so many rows of the screen on the details are shown unasked. */
const TALL = 20

/** The whole screen, no wider and no taller than its size: the run, its items, what was opened, the keys. Pure. */
export function frameOf({ model, log }: Scene, state: AppState, words: Words, size: Size): Frame {
  const { columns, rows } = size
  const items = filterItems(model, state.filter)
  const index = selectedIndex(items, state.place)
  const item = items[index]
  const pane: Pane | 'none' = state.pane === 'auto' ? (rows >= TALL ? 'details' : 'none') : state.pane
  const head = headLines(model, state.isStopping, words, columns).slice(0, rows < 10 ? 1 : 2)
  const bodyRows = rows - head.length - 1

  const question = state.question === null ? [] : questionLines(state.question, words, columns, bodyRows - 1)
  const shown = question.length > 0 ? 'question' : pane
  const below = contentOf(shown)
  const isSplit = bodyRows >= SPLIT_ROWS || shown === 'question'
  const room = shown === 'question' ? question.length : Math.ceil(bodyRows / 2)
  const listRows =
    shown === 'none' ? bodyRows : !isSplit ? 0 : Math.max(0, Math.min(items.length + 1, bodyRows - room - 1))
  const paneRows = shown === 'none' ? 0 : shown === 'question' ? question.length : bodyRows - listRows - 1

  const paneLines = shown === 'log' ? logLines(log, state.logEnd, words, { columns, rows: paneRows }) : below
  const maxScroll = Math.max(0, paneLines.length - paneRows)
  const scroll = shown === 'question' ? 0 : Math.min(state.scroll, maxScroll)
  const body = [
    ...(listRows === 0 ? [] : listLines(items, state.place, state.filter, words, { columns, rows: listRows })),
    ...(shown === 'none' ? [] : [ruleLine(titleOf(shown), columns), ...paneLines.slice(scroll, scroll + paneRows)]),
  ]
  const blank = Array.from({ length: Math.max(0, bodyRows - body.length) }, () => [])
  const isTooSmall = columns < LEAST.columns || rows < LEAST.rows
  const lines = isTooSmall
    ? (question.length > 0 ? question : [[plain(words.app.tooSmall)]]).slice(0, rows)
    : [...head, ...body, ...blank, footLine()]
  return {
    lines: lines.map((line) => cut(line, columns)),
    surface: {
      pane,
      items,
      index,
      top: topOf(items.length, index, state.place, listRows - 1),
      listRows: Math.max(1, listRows - 1),
      paneRows,
      maxScroll,
      log: [Math.min(log.dropped + 1, logEnd(log)), logEnd(log)],
      yesKey: words.app.yesKey,
    },
  }

  function contentOf(what: Pane | 'none' | 'question'): readonly Line[] {
    if (what === 'question') return question
    if (what === 'help') return helpLines(words, columns)
    return what === 'details' && item !== undefined ? detailLines(item, model, words, columns) : []
  }

  function titleOf(what: Pane | 'question'): string {
    return { question: '', help: words.app.help, log: words.app.log, details: words.app.keys.details }[what]
  }

  function footLine(): Line {
    const { isPaused } = model
    const scrolls = pane === 'log' || pane === 'help'
    return keyLine(
      [
        'quit',
        'help',
        isPaused ? 'resume' : 'pause',
        ...(scrolls ? (['back', 'scroll'] as const) : (['cancel', 'details', 'log', 'filter', 'choose'] as const)),
      ],
      words,
      columns,
    )
  }
}

/** `── Log ────────` */
function ruleLine(title: string, columns: number): Line {
  const start = title === '' ? [] : [dim('── '), bold(inertText(title)), plain(' ')]
  const used = title === '' ? 0 : columnsOf(title) + 4
  return spread([...start, dim('─'.repeat(Math.max(0, columns - used)))], [], columns)
}
