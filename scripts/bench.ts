// `npm run bench`: VaultStream against the shell line `aria2c && 7zz && rclone` and against its slowest stage alone, all
// in one run on loopback, as ratios. `--only a,b`, `--repeats N`, `--json FILE`.
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { contest, folderName, type Case, type Measured } from './bench/contest.ts'

const CASES: readonly Case[] = [
  { name: 'http-1x1024-shaped', files: 1, fileMiB: 1_024, limitMiB: 40 },
  { name: 'http-8x128-shaped', files: 8, fileMiB: 128, limitMiB: 40 },
  { name: 'http-1x1024-memory-shaped', files: 1, fileMiB: 1_024, limitMiB: 40, volumesInMemory: true },
  { name: 'http-1x1024', files: 1, fileMiB: 1_024, limitMiB: null },
  { name: 'http-8x128', files: 8, fileMiB: 128, limitMiB: null },
]

const { values } = parseArgs({
  options: { only: { type: 'string' }, repeats: { type: 'string', default: '3' }, json: { type: 'string' } },
})
const wanted = values.only?.split(',')
const chosen = CASES.filter(({ name }) => wanted === undefined || wanted.includes(name))
const results = []
for (const one of chosen) {
  const repeats: Measured[] = []
  for (let repeat = 1; repeat <= Number(values.repeats); repeat++) {
    const folder = join(tmpdir(), folderName())
    await mkdir(folder)
    repeats.push(await contest(one, folder))
  }
  const result = { ...medians(repeats), case: one.name, repeats: repeats.length }
  results.push(result)
  console.log(line(result))
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`)

/** Of every number by itself. */
function medians(repeats: readonly Measured[]): Measured {
  const [first] = repeats
  if (first === undefined) throw new Error('--repeats must be 1 or more')
  const entries = Object.entries(first).map(([name, value]) => {
    if (typeof value !== 'number') return [name, value] as const
    const sorted = repeats.map((each) => Number(each[name as keyof Measured])).sort((a, b) => a - b)
    return [name, sorted[Math.floor(sorted.length / 2)] ?? value] as const
  })
  return Object.fromEntries(entries) as unknown as Measured
}

function line(result: Measured): string {
  const ratio = (a: number, b: number): string => (a / b).toFixed(2)
  const { wallMs, slowestStageMs, naiveMs, peakDiskBytes, payloadBytes, ownCpuMs, toolsCpuMs, peakRssBytes } = result
  return [
    result.case.padEnd(28),
    `wall ${(wallMs / 1_000).toFixed(1)} s`,
    `= ${ratio(wallMs, slowestStageMs)} x slowest stage`,
    `= ${ratio(wallMs, naiveMs)} x shell line`,
    `disk ${ratio(peakDiskBytes, payloadBytes)} x payload`,
    `own CPU ${((100 * ownCpuMs) / (ownCpuMs + toolsCpuMs)).toFixed(0)} %`,
    `RSS ${(peakRssBytes / 1e6).toFixed(0)} MB`,
  ].join('  ')
}
