import { inspect } from 'node:util'
import type { ItemReport, RunReport } from './api.ts'
import type { RunStatus } from './events.ts'
import { summarize, type ItemOutcome } from './pipeline/index.ts'
import type { VerifyLevel } from './pipeline/model.ts'
import { english } from './words/index.ts'

/** Makes a report print as one line in a cell or a REPL; its fields stay as they are. */
export function readable<T extends object>(report: T, line: (report: T) => string): T {
  const print = { value: () => line(report) }
  return Object.defineProperties(report, { [inspect.custom]: print, toString: print })
}

/** The report of a whole run; `scratch` tells where plaintext lay meanwhile. */
export function runReport(items: readonly ItemReport[], durationMs: number, scratch: string): RunReport {
  const statuses = new Set(items.map((item) => item.status))
  const status: RunStatus = statuses.has('cancelled') ? 'cancelled' : statuses.has('failed') ? 'failed' : 'done'
  return readable<RunReport>({ status, durationMs, scratch, items }, () => {
    const done = items.filter((item) => item.status === 'done').length
    const of = `${String(done)} of ${String(items.length)} ${items.length === 1 ? 'item' : 'items'}`
    const found = items.filter((item) => item.isReused).length
    const before =
      found === 0 ? '' : found === done ? ' by an earlier run' : `, ${String(found)} of them by an earlier run,`
    return `${status}: ${of} stored and proven${before} in ${english.duration(durationMs)}`
  })
}

/** One item's part of it; `pasted` names the item where its metadata was never learnt. */
export function itemReport(
  outcome: ItemOutcome,
  { remote, level }: { readonly remote: string; readonly level: VerifyLevel },
  pasted: string,
): ItemReport {
  const { id, label, sizeBytes, fileCount, volumeCount, remotePath } = summarize(outcome, remote, level)
  const { status, isReused, proof, receipt, error } = outcome
  return {
    status,
    id,
    label: label === '' ? pasted : label,
    sizeBytes,
    fileCount,
    volumeCount,
    remotePath,
    proof,
    level: proof === null ? null : level,
    isReused,
    receipt,
    error,
  }
}
