import type { Presenter, Shown } from './call.ts'
import { onInterrupt } from './notebook/interrupt.ts'
import { createNotebookPresenter } from './notebook/panel.ts'
import { askInCell } from './notebook/prompt.ts'
import { errorCard, receiptCard, type Block, type Table } from './view/block.ts'
import { createPlainPresenter } from './view/plain.ts'
import { wordsIn, type Words } from './words/index.ts'
import type { Surroundings } from './config.ts'

/** More than these would bury the rest of a notebook; the report has them all. */
const MAX_PROBLEMS = 10

/** A live panel where tslab is running, else lines of text on standard error. */
export function createPresenter({ locale, isManagedColab }: Surroundings): Presenter {
  const words = wordsIn(locale)
  const notebook = createNotebookPresenter(words, { isManagedColab })
  const views = notebook ?? createPlainPresenter(process.stderr, words)
  return {
    isNotebook: notebook !== null,
    open() {
      const view = views.open()
      return {
        handle: (event) => {
          view.handle(event)
        },
        show: (shown) => {
          view.show(block(shown, words))
        },
        close: () => view.close(),
      }
    },
    ask: (question, signal) =>
      notebook === null
        ? Promise.resolve(null)
        : askInCell(`${words.questions[question]}: `, question !== 'remote', signal),
    // A program handles its own signals; in a notebook nobody else would.
    onInterrupt: (interrupted) => (notebook === null ? () => undefined : onInterrupt(interrupted)),
  }
}

/** A result in the words and shape that views show. */
function block(shown: Shown, words: Words): Block {
  switch (shown.kind) {
    case 'opened':
      return {
        kind: 'card',
        tone: shown.notes.length === 0 ? 'done' : 'neutral',
        title: words.opened,
        facts: [
          [words.names.remote, shown.remote],
          ...(shown.onKernelDeath === null
            ? []
            : [[words.names.kernelEnds, words.kernelEnd[shown.onKernelDeath]] as const]),
        ],
        notes: shown.notes.map((note) => ('about' in note ? words.notice(note) : `${note.message} ${note.hint}`)),
      }
    case 'doctor':
      return doctorTable(shown, words)
    case 'list':
      return listTable(shown, words)
    case 'verified':
      return verifiedCard(shown, words)
    case 'notices':
      return noticesTable(shown, words)
    case 'receipt':
      return receiptCard(shown.receipt, words)
    case 'error':
      return errorCard(shown.error, words)
  }
}

function verifiedCard({ report }: Extract<Shown, { kind: 'verified' }>, words: Words): Block {
  const { names } = words
  const { id, isIntact, level, volumeCount, proven, archiveCount, problems } = report
  const provenCount = Object.values(proven).reduce((sum, count) => sum + count, 0)
  return {
    kind: 'card',
    tone: isIntact ? 'done' : 'failed',
    title: isIntact ? words.intact : words.notIntact,
    facts: [
      [names.id, id],
      [names.level, level],
      [names.proven, words.provenOf(provenCount, volumeCount)],
      [names.how, words.provenBy(proven, archiveCount)],
      ...problems.slice(0, MAX_PROBLEMS).map(({ message }) => [names.problem, message] as const),
      ...(problems.length > MAX_PROBLEMS
        ? [[names.more, words.moreProblems(problems.length - MAX_PROBLEMS)] as const]
        : []),
    ],
    notes: [...new Set(problems.map(({ hint }) => hint))],
  }
}

function doctorTable({ looks }: Extract<Shown, { kind: 'doctor' }>, words: Words): Table {
  const tones = { ok: 'done', warning: 'warn', failed: 'failed' } as const
  return {
    kind: 'table',
    title: looks.some(({ status }) => status === 'failed') ? words.notReady : words.ready,
    columns: [words.names.what, words.names.found],
    rows: looks.map(({ name, status, finding, cure }) => ({
      tone: tones[status],
      cells: [words.checks[name] ?? name, words.finding(finding)],
      ...(cure === '' ? {} : { hint: cure }),
    })),
  }
}

function noticesTable({ results }: Extract<Shown, { kind: 'notices' }>, words: Words): Table {
  return {
    kind: 'table',
    title: words.triedNotices,
    columns: [words.names.way, words.names.found],
    rows: results.map(({ way, error }) => ({
      tone: error === null ? 'done' : 'failed',
      cells: [way, error === null ? words.delivered : error.code],
      ...(error === null ? {} : { hint: `${error.message} ${error.hint}` }),
    })),
  }
}

function listTable({ items }: Extract<Shown, { kind: 'list' }>, words: Words): Table {
  const { names } = words
  const tones = { complete: 'done', incomplete: 'warn', unreadable: 'failed' } as const
  return {
    kind: 'table',
    title: words.storedItems,
    columns: [names.id, names.what, names.size, names.files, names.stored],
    whole: [0],
    rows: items.map(({ id, status, label, sizeBytes, fileCount, storedAt }) => ({
      tone: tones[status],
      cells: [
        id,
        label ?? words.copies[status],
        sizeBytes === null ? '' : words.bytes(sizeBytes),
        fileCount === null ? '' : String(fileCount),
        storedAt?.slice(0, 16).replace('T', ' ') ?? '',
      ],
    })),
    empty: words.nothingStored,
  }
}
