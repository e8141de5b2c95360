import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeHtml, inertText } from '../../../src/view/inert.ts'
import { PROPERTY_RUNS } from '../../support/runs.ts'

/** Unicode, weighted towards what terminals and browsers act on. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ...['<', '>', '&', '"', "'", '`', '$', '\\', '</bdi>', '<!--', '&lt;', 'onerror='],
        ...['\u001B[31m', '\u001B]8;;x\u0007', '\u009B2J', '\u001B', '\u0000', '\r\n', '\u2028', '\u007F'],
        ...[
          '\u202E',
          '\u2066',
          '\u2069',
          '\u200E',
          '\u061C',
          '\uFEFF',
          '\u00AD',
          '\uD800',
          '\u{E0041}',
          '\u0301'.repeat(9),
        ],
      ),
    ),
  )
  .map((parts) => parts.join(''))

// eslint-disable-next-line no-control-regex -- control characters are what must not be there
const ACTING = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/u

describe('inertText', () => {
  test.each([
    ['\u001B[31mred\u001B[0m', 'red'],
    ['\u001B]8;;http://127.0.0.1/\u0007link\u001B]8;;\u0007', 'link'],
    ['one\r\ntwo\n\nthree\u2028four', 'one two three four'],
    ['invoice\u202Efdp.exe', 'invoice\uFFFDfdp.exe'],
    ['nul\u0000', 'nul\uFFFD'],
    ['soft\u00ADhyphen \uFEFFbom', 'softhyphen bom'],
    ['lone \uD800 surrogate', 'lone \uFFFD surrogate'],
    [`z${'\u0301'.repeat(50)}`, `z${'\u0301'.repeat(4)}`],
    ['שלום عربى 日本語 👩‍👩‍👧 naïve', 'שלום عربى 日本語 👩‍👩‍👧 naïve'],
  ])('%j becomes %j', (text, expected) => {
    expect(inertText(text)).toBe(expected)
  })

  test('leaves no control character, escape sequence, line break or change of direction, whatever comes', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const inert = inertText(text)
        expect(inert).not.toMatch(ACTING)
        expect(inert.isWellFormed()).toBe(true)
        expect([...inert].length).toBeLessThanOrEqual(500)
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })

  test('is idempotent', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(inertText(inertText(text))).toBe(inertText(text))
      }),
    )
  })

  test('cuts a megabyte in no time', () => {
    const startedAt = performance.now()
    expect(inertText('\u001B['.repeat(500_000)).length).toBeLessThanOrEqual(500)
    expect(inertText('x'.repeat(1_000_000))).toMatch(/^x{499}…$/)
    expect(performance.now() - startedAt).toBeLessThan(200)
  })
})

describe('escapeHtml', () => {
  test('leaves nothing that could begin a tag, an attribute, an entity of their choice or a formula', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeHtml(text)
        const rest = escaped.replaceAll(/<span>[$\\]<\/span>/g, '').replaceAll(/&#\d{2};/g, '')
        expect(rest).not.toMatch(/[<>"'`&$\\]/)
        expect(escaped).not.toMatch(ACTING)
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })

  test('shows the text as it was', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const shown = escapeHtml(text)
          .replaceAll(/<\/?span>/g, '')
          .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
        expect(shown).toBe(inertText(text))
      }),
    )
  })
})
