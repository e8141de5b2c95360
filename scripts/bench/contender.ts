// One run of VaultStream in a process of its own, for `npm run bench`: reads a Task from standard input, writes an Outcome.
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Presenter } from '../../src/call.ts'
import type { VaultOptions } from '../../src/settings.ts'
import { openVaultWith } from '../../src/vault.ts'

export interface Task {
  readonly options: VaultOptions
  readonly sources: readonly string[]
}

export interface Outcome {
  /** `done`, or why not. */
  readonly status: string
  /** Of `vault.run()` alone. */
  readonly runMs: number
  readonly ownCpuMs: number
  /** Of all programs that it started and that have ended. */
  readonly toolsCpuMs: number
  readonly peakRssBytes: number
}

const MS_PER_TICK = 10

const { options, sources } = JSON.parse(await text(process.stdin)) as Task
const silent: Presenter = {
  open: () => ({ handle: () => undefined, show: () => undefined, close: () => Promise.resolve() }),
  onInterrupt: () => () => undefined,
}
const vault = await openVaultWith(options, silent)
const startedAt = performance.now()
const report = await vault.run(sources)
const runMs = performance.now() - startedAt
await vault.close()
const { user, system } = process.cpuUsage()
const problem = report.items.find((item) => item.error !== null)?.error
const outcome: Outcome = {
  status: problem === undefined || problem === null ? report.status : `${problem.code}: ${problem.message}`,
  runMs,
  ownCpuMs: (user + system) / 1_000,
  toolsCpuMs: childrenCpuMs(),
  peakRssBytes: process.resourceUsage().maxRSS * 1_024,
}
process.stdout.write(JSON.stringify(outcome))

/** Fields 16 and 17 of proc(5) stat, counted from the third on. */
function childrenCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK
}
