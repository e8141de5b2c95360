import type { Presenter, Shown } from './call.ts'
import { onInterrupt } from './notebook/interrupt.ts'
import { createNotebookPresenter } from './notebook/panel.ts'
import { askInCell } from './notebook/prompt.ts'
import { counted } from './pipeline/progress.ts'
import { describeCounts } from './pipeline/proof.ts'
import { errorCard, receiptCard, type Block, type Table } from './view/block.ts'
import { formatBytes } from './view/format.ts'
import { createPlainPresenter } from './view/plain.ts'

/** More than these would bury the rest of a notebook; the report has them all. */
const MAX_PROBLEMS = 10

const KERNEL_END = {
  wipe: 'all that is local is wiped; a rerun goes on from what is proven at the remote',
  keep: 'what is unfinished stays here for a rerun; tools and secrets go',
}

/** A live panel where tslab is running, else lines of text on standard error. */
export function createPresenter(): Presenter {
  const notebook = createNotebookPresenter()
  const views = notebook ?? createPlainPresenter(process.stderr)
  return {
    isNotebook: notebook !== null,
    open() {
      const view = views.open()
      return {
        handle: (event) => {
          view.handle(event)
        },
        show: (shown) => {
          view.show(block(shown))
        },
        close: () => view.close(),
      }
    },
    ask: ({ text, isSecret }, signal) =>
      notebook === null ? Promise.resolve(null) : askInCell(text, isSecret, signal),
    // A program handles its own signals; in a notebook nobody else would.
    onInterrupt: (interrupted) => (notebook === null ? () => undefined : onInterrupt(interrupted)),
  }
}

/** A result in the words and shape that views show. */
function block(shown: Shown): Block {
  switch (shown.kind) {
    case 'opened':
      return {
        kind: 'card',
        tone: shown.notes.length === 0 ? 'done' : 'neutral',
        title: 'Vault open',
        facts: [
          ['Remote', shown.remote],
          ...(shown.onKernelDeath === null ? [] : [['When the kernel ends', KERNEL_END[shown.onKernelDeath]] as const]),
        ],
        notes: shown.notes.map(({ message, hint }) => `${message} ${hint}`),
      }
    case 'doctor':
      return doctorTable(shown)
    case 'list':
      return listTable(shown)
    case 'verified':
      return verifiedCard(shown)
    case 'receipt':
      return receiptCard(shown.receipt)
    case 'error':
      return errorCard(shown.error)
  }
}

function verifiedCard({ report }: Extract<Shown, { kind: 'verified' }>): Block {
  const { id, isIntact, level, volumeCount, proven, archiveCount, problems } = report
  const provenCount = Object.values(proven).reduce((sum, count) => sum + count, 0)
  return {
    kind: 'card',
    tone: isIntact ? 'done' : 'failed',
    title: isIntact ? 'Intact at the remote' : 'Not intact at the remote',
    facts: [
      ['Item id', id],
      ['Level', level],
      ['Proven', `${String(provenCount)} of ${counted(volumeCount, 'volume')}`],
      ['How', describeCounts(proven, archiveCount)],
      ...problems.slice(0, MAX_PROBLEMS).map(({ message }) => ['Problem', message] as const),
      ...(problems.length > MAX_PROBLEMS
        ? [['And', `${String(problems.length - MAX_PROBLEMS)} more: the report has all`] as const]
        : []),
    ],
    notes: [...new Set(problems.map(({ hint }) => hint))],
  }
}

function doctorTable({ checks }: Extract<Shown, { kind: 'doctor' }>): Table {
  const tones = { ok: 'done', warning: 'warn', failed: 'failed' } as const
  return {
    kind: 'table',
    title: checks.some((check) => check.status === 'failed') ? 'Not ready yet' : 'Ready',
    columns: ['What', 'Found'],
    rows: checks.map(({ name, status, found, cure }) => ({
      tone: tones[status],
      cells: [name, found],
      ...(cure === '' ? {} : { hint: cure }),
    })),
  }
}

function listTable({ items }: Extract<Shown, { kind: 'list' }>): Table {
  const tones = { complete: 'done', incomplete: 'warn', unreadable: 'failed' } as const
  return {
    kind: 'table',
    title: 'Stored items',
    columns: ['Item id', 'What', 'Size', 'Files', 'Stored'],
    whole: [0],
    rows: items.map(({ id, status, label, sizeBytes, fileCount, storedAt }) => ({
      tone: tones[status],
      cells: [
        id,
        label ?? status,
        sizeBytes === null ? '' : formatBytes(sizeBytes),
        fileCount === null ? '' : String(fileCount),
        storedAt?.slice(0, 16).replace('T', ' ') ?? '',
      ],
    })),
    empty: 'Nothing is stored here yet.',
  }
}
