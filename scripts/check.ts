// `npm run check`: all that reads the code without running it. Every check is run; one line each.
import { delimiter, join } from 'node:path'
import { ROOT, toolEnvironment } from './environment.ts'
import { run } from './setup/command.mjs'

const CHECKS = [
  ['types', 'tsc', '--noEmit'],
  ['lint', 'eslint', '.', '--max-warnings=0'],
  ['format', 'prettier', '--check', '.'],
  ['dead code', 'knip'],
  ['docs as the code says', 'node', 'scripts/docs.ts', '--check'],
  ['notebooks as their sources say', 'node', 'scripts/notebooks.ts', '--check'],
  ['architecture', 'depcruise', 'src', 'test', 'scripts'],
  ['build', 'node', 'scripts/build.ts'],
  ['package', 'publint', '--strict'],
  ['types as users resolve them', 'attw', '--pack', '.'],
] as const

const env = toolEnvironment()
env['PATH'] = [join(ROOT, 'node_modules', '.bin'), env['PATH'] ?? ''].join(delimiter)

for (const [title, program, ...args] of CHECKS) {
  const startedAt = performance.now()
  const { ok, output } = await run(program, args, { cwd: ROOT, env })
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${title} (${program}, ${seconds} s)`)
  if (ok) continue
  console.log(`${output.trim()}\n`)
  process.exitCode = 1
}
