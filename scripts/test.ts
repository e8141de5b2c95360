// `npm test`: every test, in the environment that set-up made. What follows `--` goes to Vitest.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NODE, ROOT, toolEnvironment } from './environment.ts'

/** The part of Vitest's JSON report that is read here. */
interface Results {
  readonly numPassedTests: number
  readonly numFailedTests: number
}

const folder = await mkdtemp(join(tmpdir(), 'vaultstream-test-'))
const report = join(folder, 'report.json')
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const child = spawn(NODE, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  cwd: ROOT,
  env: toolEnvironment(),
  stdio: 'inherit',
})
const [code] = (await once(child, 'exit')) as [number | null]
const { numPassedTests, numFailedTests } = await read(report)
await rm(folder, { recursive: true })

// A file that does not load, or an error outside any test, fails the run without a failed test.
const failed = code === 0 ? numFailedTests : Math.max(numFailedTests, 1)
console.log(`${String(numPassedTests)} passed, ${String(failed)} failed`)
process.exitCode = code ?? 1

async function read(path: string): Promise<Results> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Results
  } catch {
    return { numPassedTests: 0, numFailedTests: 0 }
  }
}
