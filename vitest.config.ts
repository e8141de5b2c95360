import { defineConfig } from 'vitest/config'
import { PROPERTY_RUNS } from './test/support/runs.ts'

/** One kind of test: its folder, its time limit, and its place in the order (the quick ones first). */
function project(name: string, order: number, timeoutMs: number, needsTools: boolean, fileParallelism: boolean) {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      environment: 'node' as const,
      pool: 'forks' as const,
      globalSetup: needsTools ? ['test/support/require-tools.ts'] : [],
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      // What is waited for comes at once, but for a machine that is busy.
      expect: { poll: { timeout: 10_000, interval: 50 } },
      fileParallelism,
      maxWorkers: fileParallelism ? 2 : 1,
      sequence: { groupOrder: order },
    },
  }
}

export default defineConfig({
  test: {
    allowOnly: false,
    passWithNoTests: false,
    projects: [
      // A long version of the property tests takes its time.
      project('unit', 0, 10_000 + 20 * Math.max(0, PROPERTY_RUNS - 1_000), false, true),
      project('contract', 1, 60_000, true, true),
      project('e2e', 2, 120_000, true, false),
      project('notebook', 3, 180_000, true, false),
    ],
  },
})
