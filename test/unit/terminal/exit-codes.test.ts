import { expect, test } from 'vitest'
import type { ItemReport } from '../../../src/api.ts'
import { EXIT, exitCodeOf, exitCodeOfRun } from '../../../src/terminal/exit-codes.ts'

const items = (...statuses: ItemReport['status'][]): { items: ItemReport[] } => ({
  items: statuses.map((status) => ({ status }) as ItemReport),
})

test('of a run: all, none or some of its items', () => {
  expect(exitCodeOfRun(items('done', 'done'), false)).toBe(EXIT.done)
  expect(exitCodeOfRun(items('failed', 'cancelled'), false)).toBe(EXIT.failed)
  expect(exitCodeOfRun(items('done', 'cancelled'), false)).toBe(EXIT.partly)
  expect(exitCodeOfRun(items('done', 'cancelled'), true)).toBe(EXIT.interrupted)
})

test('of an error: what was given, a stop, or what went wrong', () => {
  expect(exitCodeOf({ code: 'PASSPHRASE_WRONG' })).toBe(EXIT.refused)
  expect(exitCodeOf({ code: 'CANCELLED' })).toBe(EXIT.interrupted)
  expect(exitCodeOf({ code: 'REMOTE_QUOTA' })).toBe(EXIT.failed)
})
