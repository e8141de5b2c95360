import { ITEM_STAGES, type ItemStage } from '../events.ts'
import type { Tone } from './block.ts'
import { count, formatBytes, formatClock, formatDuration, formatSpeed } from './format.ts'
import type { Measured } from './measure.ts'
import { isEnded, type ItemView, type ViewModel } from './model.ts'
import type { StoredView } from './stored.ts'

/** What every rendering says: which items are shown in full, and in which words. The media add only their form. */

const MAX_BLOCKS = 12

export interface Headline {
  readonly word: string
  readonly tone: Tone
  /** `1 of 3 items`, `12.3 MB`, `0:43` */
  readonly facts: readonly string[]
  /** Shares of the items that ended well and badly; null for a single one. */
  readonly shares: { readonly done: number; readonly failed: number } | null
}

export function headline(model: ViewModel): Headline {
  const { word, tone } = overallState(model)
  const endedCount = model.items.filter(isEnded).length
  const elapsedMs = model.durationMs ?? model.updatedAt - (model.startedAt ?? model.updatedAt)
  const isMany = model.itemCount > 1
  const failedCount = model.items.filter((item) => item.status === 'failed').length
  const facts = [
    ...(isMany ? [`${String(endedCount)} of ${count(model.itemCount, 'item')}`] : []),
    ...(isMany && failedCount > 0 ? [`${String(failedCount)} failed`] : []),
    ...(elapsedMs >= 1_000
      ? [model.durationMs === null ? formatClock(elapsedMs / 1_000) : formatDuration(elapsedMs)]
      : []),
  ]
  const share = (amount: number): number => amount / model.itemCount
  return {
    word,
    tone,
    facts,
    shares: isMany ? { done: share(endedCount - failedCount), failed: share(failedCount) } : null,
  }
}

/** The items worth a block of their own: of many the busy, then the failed, then the done; {@link folded} counts the rest. */
export function shownItems(model: ViewModel): readonly ItemView[] {
  if (model.items.length <= MAX_BLOCKS) return model.items
  const chosen = new Set(
    model.items
      .filter((item) => item.status !== 'waiting')
      .sort((a, b) => rank(a) - rank(b))
      .slice(0, MAX_BLOCKS),
  )
  return model.items.filter((item) => chosen.has(item))
}

/** `and 24 waiting, 3 done`; empty when nothing is folded. */
export function folded(model: ViewModel, shown: readonly ItemView[]): string {
  const seen = new Set(shown)
  const counts = new Map<string, number>()
  for (const item of model.items) {
    if (!seen.has(item)) counts.set(item.status, (counts.get(item.status) ?? 0) + 1)
  }
  // Items that were announced and not yet added wait as well.
  const unseen = model.itemCount - model.items.length
  if (unseen > 0 && !isOver(model)) counts.set('waiting', (counts.get('waiting') ?? 0) + unseen)
  const parts = [...counts].map(([status, amount]) => `${String(amount)} ${status}`)
  return parts.length === 0 ? '' : `and ${parts.join(', ')}`
}

function isOver(model: ViewModel): boolean {
  return model.status !== 'idle' && model.status !== 'running'
}

export function itemTone(item: ItemView): Tone {
  if (item.status === 'done') return 'done'
  if (item.error !== null && item.error.code !== 'CANCELLED') return 'failed'
  return item.status === 'failed' ? 'failed' : item.status === 'cancelled' ? 'warn' : 'neutral'
}

/** `29 MB, 4 files, goes on: 3 at the remote of 9 parcels` */
export function itemSize(item: ItemView): string {
  const parts = [
    ...(item.sizeBytes === null ? [] : [formatBytes(item.sizeBytes)]),
    ...(item.fileCount === null ? [] : [count(item.fileCount, 'file')]),
    ...(item.resumed === null || isEnded(item) ? [] : [item.resumed]),
  ]
  return parts.join(', ')
}

export function runningStages(item: ItemView): readonly ItemStage[] {
  return ITEM_STAGES.filter((stage) => item.stages[stage].state === 'running')
}

/** `12.3 MB of 29 MB`, `1.2 MB/s`, `ETA 0:14`, `5 peers`, in the order in which they may be left out. */
export function progressFacts(progress: Measured): readonly string[] {
  const { doneBytes, totalBytes, bytesPerSecond, etaSeconds, peers, seeders, uploadBytesPerSecond, current, fraction } =
    progress
  const total = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`
  return [
    `${formatBytes(doneBytes)}${total}`,
    ...(bytesPerSecond === null ? [] : [formatSpeed(bytesPerSecond)]),
    ...(etaSeconds === null ? [] : [`ETA ${formatClock(etaSeconds)}`]),
    // Peers leave once all is there.
    ...(peers === undefined || fraction === 1
      ? []
      : [count(peers, 'peer') + (seeders === undefined ? '' : `, ${count(seeders, 'seeder')}`)]),
    ...(uploadBytesPerSecond === undefined || uploadBytesPerSecond < 1
      ? []
      : [`up ${formatSpeed(uploadBytesPerSecond)}`]),
    ...(current === undefined || current === '' ? [] : [current]),
  ]
}

/** What is left to say about an item that ended: how much, where it is, and how that was proven. */
export function summaryFacts(item: ItemView): readonly (readonly [name: string, value: string])[] {
  const size = itemSize(item)
  const content = size === '' ? [] : [['Content', size] as const]
  if (item.summary === null) return content
  const { storedBytes, volumeCount, remotePath, id, proof, level, wiped } = item.summary
  const volumes = volumeCount === null ? '' : ` in ${count(volumeCount, 'volume')}`
  return [
    ...content,
    ...(storedBytes === null ? [] : [['Stored', `${formatBytes(storedBytes)}${volumes}, encrypted`] as const]),
    ...(remotePath === null ? [] : [['Where', remotePath] as const]),
    ...(id === null ? [] : [['Item id', id] as const]),
    ...(item.resumed === null ? [] : [['Resumed', item.resumed] as const]),
    ...(proof === null ? [] : [['Proof', proofWords(proof, level)] as const]),
    // Of an item that never had an id nothing was fetched.
    ...(id === null && !wiped ? [] : [['Wiped', wipedWords(wiped)] as const]),
  ]
}

/** The same in one line, for one of many. */
export function summaryLine({ summary }: ItemView): readonly string[] {
  if (summary === null) return []
  return [
    ...(summary.remotePath === null ? [] : [summary.remotePath]),
    ...(summary.proof === null ? [] : [proofWords(summary.proof, summary.level)]),
    ...(summary.wiped ? ['wiped'] : []),
  ]
}

export function storedTone({ status }: StoredView): Tone {
  return status === 'running' ? 'neutral' : status === 'cancelled' ? 'warn' : status
}

/** The run's state; without a run that of the step, restore or verification which is shown: `download done`. */
function overallState(model: ViewModel): { readonly word: string; readonly tone: Tone } {
  if (model.status === 'running') return { word: 'running', tone: 'neutral' }
  if (model.status !== 'idle') return { word: model.status, tone: model.status === 'cancelled' ? 'warn' : model.status }
  const stored = model.stored.at(-1)
  if (stored !== undefined) return { word: `${stored.what} ${stored.status}`, tone: storedTone(stored) }
  const item = model.items.at(-1)
  const stage = ITEM_STAGES.findLast((name) => item?.stages[name].state !== 'waiting')
  if (item === undefined || stage === undefined) return { word: 'ready', tone: 'neutral' }
  const { state } = item.stages[stage]
  return { word: `${stage} ${state}`, tone: state === 'done' || state === 'failed' ? state : 'neutral' }
}

function rank(item: ItemView): number {
  const order = { running: 0, failed: 1, cancelled: 2, done: 3, waiting: 4 }
  return order[item.status]
}

function proofWords(proof: string, level: string | null): string {
  const hashes: Readonly<Record<string, string>> = { sha256: 'SHA-256', sha1: 'SHA-1', md5: 'MD5' }
  const at = level === null ? '' : ` (level ${level})`
  if (proof === 'readback') return `every byte was read back from the remote and compared${at}`
  const hash = hashes[proof]
  return hash === undefined ? proof : `the remote's own ${hash} of every volume is equal to ours${at}`
}

function wipedWords(isWiped: boolean): string {
  return isWiped ? 'yes, nothing of it is left in the workspace' : 'not yet, what was fetched is still in the workspace'
}
