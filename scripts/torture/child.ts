// VaultStream as a program uses it, to be killed: takes an order as JSON on standard input, and says in lines of JSON
// how far it is and how it went.
import { readFileSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { RunReport } from '../../src/api.ts'
import type { Presenter } from '../../src/call.ts'
import type { VaultEvent } from '../../src/events.ts'
import type { VaultOptions } from '../../src/settings.ts'
import { openVaultWith } from '../../src/vault.ts'

export interface Order {
  readonly options: VaultOptions
  /** Calls of `vault.run`, one after the other. */
  readonly jobs: readonly Job[]
  /** After the last job each of its items is restored into this folder, by its number from 1. */
  readonly restoreInto?: string
  /** Every event in whole instead of the beginning and end of each stage. */
  readonly tellsAll?: boolean
}

export interface Job {
  readonly sources: readonly string[]
  /** Stops it after so long. */
  readonly abortAfterMs?: number
}

/** What is printed, a line each. */
export type Line =
  | { readonly kind: 'stage'; readonly item: string; readonly stage: string; readonly isStart: boolean }
  | { readonly kind: 'event'; readonly event: VaultEvent }
  | { readonly kind: 'shown'; readonly shown: unknown }
  | { readonly kind: 'report'; readonly report: RunReport; readonly usage: Usage }
  | { readonly kind: 'threw'; readonly code: string; readonly message: string }

/** Of the process itself, after a job. */
export interface Usage {
  readonly rssBytes: number
  readonly openFiles: number
}

const order = JSON.parse(await text(process.stdin)) as Order
let last: RunReport | undefined
try {
  const vault = await openVaultWith(order.options, telling())
  for (const { sources, abortAfterMs } of order.jobs) {
    const signal = abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs)
    last = await vault.run(sources, { signal })
    tell({ kind: 'report', report: last, usage: usage() })
  }
  for (const [index, { id }] of (last?.items ?? []).entries()) {
    if (order.restoreInto === undefined || id === null) continue
    await vault.restore(id, join(order.restoreInto, String(index + 1)))
  }
  await vault.close()
} catch (thrown) {
  const { code, message } = thrown as { code?: string; message?: string }
  tell({ kind: 'threw', code: code ?? 'none', message: message ?? String(thrown) })
  process.exitCode = 1
}

/** At once and in whole: whoever is killed in the next moment has said it. */
function tell(line: Line): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
  for (let sent = 0; sent < bytes.length;) sent += writeSync(1, bytes, sent)
}

function telling(): Presenter {
  return {
    isNotebook: false,
    ask: () => Promise.resolve(null),
    onInterrupt: () => () => undefined,
    open: () => ({
      handle(event) {
        if (order.tellsAll === true) tell({ kind: 'event', event })
        else if (event.type === 'stage.started' || event.type === 'stage.ended') {
          tell({ kind: 'stage', item: event.item, stage: event.stage, isStart: event.type === 'stage.started' })
        }
      },
      show(shown) {
        if (order.tellsAll === true) tell({ kind: 'shown', shown })
      },
      close: () => Promise.resolve(),
    }),
  }
}

function usage(): Usage {
  // Garbage counts for nothing, where the process may collect it.
  ;(globalThis as { gc?: () => void }).gc?.()
  const rssBytes = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
  return { rssBytes, openFiles: readdirSync('/proc/self/fd').length }
}
