import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../src/errors.ts'
import { describeSource, parseSource } from '../../../src/source/index.ts'
import { refusalOf } from '../../support/refusal.ts'
import { PROPERTY_RUNS } from '../../support/runs.ts'

describe('what is no source is refused', () => {
  const cases: [text: string, code: ErrorCode][] = [
    ['', 'SOURCE_EMPTY'],
    [' \r\n\t\ufeff', 'SOURCE_EMPTY'],
    ['hello', 'SOURCE_UNSUPPORTED'],
    ['d2474e86c95b19b8bcfdb92bc12c9d44667cfa36', 'SOURCE_UNSUPPORTED'],
    ['./film.mkv', 'SOURCE_UNSUPPORTED'],
    ['a.example/x.torrent', 'SOURCE_UNSUPPORTED'],
    ['~user/x.torrent', 'SOURCE_UNSUPPORTED'],
    ['./a\0.torrent', 'SOURCE_UNSUPPORTED'],
    ['./a.torrent\n./b.torrent', 'SOURCE_UNSUPPORTED'],
  ]
  it.each(cases)('%j', (text, code) => {
    expect(refusalOf(() => parseSource(text))).toMatchObject({ code, field: 'source' })
  })

  it.each([4_096, 10_000_000])('%d characters', (length) => {
    const error = refusalOf(() => parseSource(`/${'x'.repeat(length)}.torrent`))
    expect(error).toMatchObject({ code: 'SOURCE_TOO_LARGE', field: 'source' })
  })
})

it.each(['/a/b.torrent', './b.torrent', '../b.TORRENT', '~/b.torrent', 'b.torrent', '-rf.torrent', 'a b ü.torrent'])(
  '%s is the path of a .torrent',
  (path) => {
    expect(parseSource(` ${path}\n`)).toEqual({ kind: 'torrent-file', path })
  },
)

it('throws nothing but VaultError on arbitrary text', () => {
  const start = fc.constantFrom('', 'magnet:?', 'magnet:?xt=urn:btih:', 'http://', 'https://a.example/', './', 'ftp:')
  fc.assert(
    fc.property(start, fc.string({ unit: 'binary', maxLength: 200 }), (beginning, rest) => {
      try {
        expect(describeSource(parseSource(beginning + rest, { allowFtp: true }))).not.toMatch(
          /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u,
        )
      } catch (error) {
        expect(error).toHaveProperty('name', 'VaultError')
      }
    }),
    { numRuns: PROPERTY_RUNS },
  )
})

describe('the label of a source', () => {
  const magnet = 'magnet:?xt=urn:btih:d2474e86c95b19b8bcfdb92bc12c9d44667cfa36'
  it.each([
    [magnet, 'magnet D2474E86…'],
    [`${magnet}&dn=Leaves%20of%20Grass`, 'Leaves of Grass'],
    [`${magnet}&dn=%E2%80%AEgpj.exe%0D%0ABcc:%1b]52`, 'gpj.exe Bcc: ]52'],
    [`${magnet}&dn=%E2%80%AE`, 'magnet D2474E86…'],
    [`${magnet}&dn=${'x'.repeat(200)}`, `${'x'.repeat(79)}…`],
    ['~/torrents/a b.torrent', 'a b.torrent'],
    ['https://me:hunter2@a.example:8080/dir/file%20x.iso?token=abc', 'a.example:8080/file x.iso'],
    ['https://a.example', 'a.example'],
    ['https://a.example/100%', 'a.example/100%'],
    ['https://a.example/%E2%80%AEx%0A', 'a.example/x'],
  ])('%s', (text, label) => {
    expect(describeSource(parseSource(text))).toBe(label)
  })
})
