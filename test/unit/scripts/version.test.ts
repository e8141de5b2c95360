import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAtLeast, readVersion } from '../../../scripts/setup/version.mjs'

describe('readVersion', () => {
  test.each([
    ['aria2 version 1.36.0\nCopyright (C) 2006, 2019', '1.36.0'],
    ['\n7-Zip (z) 26.02 (x64) : Copyright (c) 1999-2026 Igor Pavlov', '26.02'],
    ['\n7-Zip [64] 16.02 : Copyright (c) 1999-2016 Igor Pavlov', '16.02'],
    ['rclone v1.60.1-DEV\n- os/version: debian 12.11 (64 bit)', '1.60.1'],
    ['setpriv from util-linux 2.38.1', '2.38.1'],
    ['no number at all', undefined],
    ['', undefined],
  ])('finds the version in %j', (text, version) => {
    expect(readVersion(text)).toBe(version)
  })
})

describe('isAtLeast', () => {
  test.each([
    ['19.00', '19.00', true],
    ['26.02', '19.00', true],
    ['16.02', '19.00', false],
    ['1.4', '1.35', false],
    ['1.36.0', '1.35', true],
    ['2', '1.99', true],
    ['1', '1.0', true],
    [undefined, '1.0', false],
  ])('%s against %s: %s', (version, floor, expected) => {
    expect(isAtLeast(version, floor)).toBe(expected)
  })

  test('two different versions are never at least each other', () => {
    const version = fc.array(fc.nat(99), { minLength: 3, maxLength: 3 }).map((parts) => parts.join('.'))
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(isAtLeast(a, b) && isAtLeast(b, a)).toBe(a === b)
        expect(isAtLeast(a, b) || isAtLeast(b, a)).toBe(true)
      }),
    )
  })
})
