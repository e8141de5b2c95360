import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isStamped, stamp } from '../../../scripts/setup/stamp.mjs'

let folder: string
let inputs: [string, string]
let stampPath: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-'))
  inputs = [join(folder, 'a'), join(folder, 'b')]
  stampPath = join(folder, 'made', 'stamp')
  writeFileSync(inputs[0], 'one')
  writeFileSync(inputs[1], 'two')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('nothing is made from anything before it is stamped', () => {
  expect(isStamped(stampPath, inputs)).toBe(false)
  stamp(stampPath, inputs)
  expect(isStamped(stampPath, inputs)).toBe(true)
})

test('a changed input is seen', () => {
  stamp(stampPath, inputs)
  writeFileSync(inputs[1], 'TWO')
  expect(isStamped(stampPath, inputs)).toBe(false)
})

test('text that moves from one input to the next is seen', () => {
  stamp(stampPath, inputs)
  writeFileSync(inputs[0], 'onet')
  writeFileSync(inputs[1], 'wo')
  expect(isStamped(stampPath, inputs)).toBe(false)
})

test('an absent input is not an empty one', () => {
  writeFileSync(inputs[0], '')
  stamp(stampPath, inputs)
  rmSync(inputs[0])
  expect(isStamped(stampPath, inputs)).toBe(false)
})
