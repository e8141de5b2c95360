import fc from 'fast-check'
import parseTorrent from 'parse-torrent'
import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../src/errors.ts'
import { parseSource, type MagnetSource } from '../../../src/source/index.ts'
import { refusalOf } from '../../support/refusal.ts'
import { PROPERTY_RUNS } from '../../support/runs.ts'

const HASH = 'd2474e86c95b19b8bcfdb92bc12c9d44667cfa36'
const BASE32 = '2JDU5BWJLMM3RPH5XEV4CLE5IRTHZ6RW'
const V2 = '1220caf1e1c30e81cb361b9ee167c4aa64228a7fa4fa9f6105232b28ad099f3a302e'
const BTIH = `magnet:?xt=urn:btih:${HASH}`

function parse(text: string): MagnetSource {
  const source = parseSource(text)
  if (source.kind !== 'magnet') throw new Error(`It was read as ${source.kind}.`)
  return source
}

describe('a bad magnet is refused', () => {
  const cases: [name: string, text: string, code: ErrorCode, field: string][] = [
    ['nothing after magnet:?', 'magnet:?', 'MAGNET_INVALID', 'xt'],
    ['no question mark', `magnet:xt=urn:btih:${HASH}`, 'MAGNET_INVALID', 'magnet'],
    ['no xt', 'magnet:?dn=x&tr=http%3A%2F%2Ft.example', 'MAGNET_INVALID', 'xt'],
    ['an empty hash', 'magnet:?xt=urn:btih:', 'MAGNET_INVALID', 'xt'],
    ['39 hex digits', BTIH.slice(0, -1), 'MAGNET_INVALID', 'xt'],
    ['41 hex digits', `${BTIH}0`, 'MAGNET_INVALID', 'xt'],
    ['a non-hex digit', `${BTIH.slice(0, -1)}g`, 'MAGNET_INVALID', 'xt'],
    ['31 base32 letters', `magnet:?xt=urn:btih:${BASE32.slice(1)}`, 'MAGNET_INVALID', 'xt'],
    ['base32 with a 1', `magnet:?xt=urn:btih:1${BASE32.slice(1)}`, 'MAGNET_INVALID', 'xt'],
    ['base32 with an 8', `magnet:?xt=urn:btih:8${BASE32.slice(1)}`, 'MAGNET_INVALID', 'xt'],
    ['v2 only', `magnet:?xt=urn:btmh:${V2}`, 'MAGNET_V2_ONLY', 'xt'],
    ['btmh with prefix 1221', `magnet:?xt=urn:btmh:1221${V2.slice(4)}`, 'MAGNET_INVALID', 'xt'],
    ['btmh of 60 hex digits', `magnet:?xt=urn:btmh:${V2.slice(0, 60)}`, 'MAGNET_INVALID', 'xt'],
    ['a bad btmh beside a good btih', `${BTIH}&xt=urn:btmh:1221${V2.slice(4)}`, 'MAGNET_INVALID', 'xt'],
    ['another network', 'magnet:?xt=urn:ed2k:354B15E68FB8F36D7CD88FF94116CDC1', 'MAGNET_INVALID', 'xt'],
    ['two torrents', `${BTIH}&xt=urn:btih:${'0'.repeat(40)}`, 'MAGNET_INVALID', 'xt'],
    ['%%3A', `magnet:?xt=urn%%3Abtih:${HASH}`, 'MAGNET_INVALID', 'xt'],
    ['a percent code that is no UTF-8', `${BTIH}&tr=http://t.example/%FF`, 'MAGNET_INVALID', 'tr'],
    ['NUL', `${BTIH}\0&dn=x`, 'MAGNET_INVALID', 'magnet'],
    ['an encoded NUL in the name', `${BTIH}&dn=a%00b`, 'MAGNET_INVALID', 'dn'],
    ['an encoded NUL in the hash', `magnet:?xt=urn:btih:%00${HASH.slice(1)}`, 'MAGNET_INVALID', 'xt'],
    ['CR inside', `${BTIH}\r&dn=x`, 'MAGNET_INVALID', 'magnet'],
    ['LF inside', `magnet:?\nxt=urn:btih:${HASH}`, 'MAGNET_INVALID', 'magnet'],
    ['an encoded line break in a tracker', `${BTIH}&tr=http://t.example/%0Aout=x`, 'MAGNET_INVALID', 'tr'],
    ['1 MB', `${BTIH}&dn=${'x'.repeat(1_000_000)}`, 'SOURCE_TOO_LARGE', 'magnet'],
    ['10,000 trackers', BTIH + '&tr=http://t.example'.repeat(10_000), 'SOURCE_TOO_LARGE', 'magnet'],
    ['10,000 trackers within 64 KiB', BTIH + '&tr=a'.repeat(10_000), 'SOURCE_TOO_LARGE', 'tr'],
    ['201 trackers', BTIH + '&tr=http://t.example'.repeat(201), 'SOURCE_TOO_LARGE', 'tr'],
    ['so=9-1', `${BTIH}&so=9-1`, 'MAGNET_INVALID', 'so'],
    ['so=', `${BTIH}&so=`, 'MAGNET_INVALID', 'so'],
    ['so=-1', `${BTIH}&so=-1`, 'MAGNET_INVALID', 'so'],
    ['so=1,,2', `${BTIH}&so=1,,2`, 'MAGNET_INVALID', 'so'],
    ['so=0-999999999', `${BTIH}&so=0-999999999`, 'MAGNET_INVALID', 'so'],
    ['so=0-100000', `${BTIH}&so=0-100000`, 'MAGNET_INVALID', 'so'],
    ['so twice', `${BTIH}&so=1&so=2`, 'MAGNET_INVALID', 'so'],
  ]
  it.each(cases)('%s', (_name, text, code, field) => {
    const error = refusalOf(() => parseSource(text))
    expect(error.code).toBe(code)
    expect(error.field).toBe(field)
  })
})

describe('a good magnet', () => {
  it.each([
    ['hex', BTIH],
    ['upper-case hex', `magnet:?xt=urn:btih:${HASH.toUpperCase()}`],
    ['base32', `magnet:?xt=urn:btih:${BASE32}`],
    ['lower-case base32', `magnet:?xt=urn:btih:${BASE32.toLowerCase()}`],
    ['mixed-case XT', `MAGNET:?Xt=UrN:BtIh:${HASH}`],
    ['percent-encoded urn', `magnet:?xt=urn%3Abtih%3A${HASH}`],
    ['a numbered xt', `magnet:?xt.1=urn:btih:${HASH}`],
    ['white space around it', `\n\t ${BTIH}\r\n`],
    ['the same hash twice', `${BTIH}&xt=urn:btih:${BASE32}`],
    ['parameters nobody knows', `${BTIH}&xl=5&x.pe=127.0.0.1:1&ws=http://x.example&junk&=`],
  ])('gives the info hash: %s', (_, text) => {
    expect(parse(text)).toEqual({
      kind: 'magnet',
      infoHash: HASH,
      name: null,
      trackers: [],
      selection: null,
      isHybrid: false,
      uri: BTIH,
    })
  })

  it('may be hybrid: the v1 side is used', () => {
    const source = parse(`magnet:?xt=urn:btmh:${V2}&xt=urn:btih:${HASH}`)
    expect(source).toMatchObject({ infoHash: HASH, isHybrid: true, uri: BTIH })
  })

  it.each([
    ['a+b%20c', 'a b c'],
    ['100% real', '100% real'],
    ['caf%C3%A9', 'café'],
    ['%1b]52;x', '\x1b]52;x'],
    ['a%0D%0Ab', 'a\r\nb'],
    ['x=y#z', 'x=y#z'],
  ])('has a name of any kind, but not in the clean magnet: %s', (encoded, name) => {
    expect(parse(`${BTIH}&dn=${encoded}`)).toMatchObject({ name, uri: BTIH })
  })

  it('keeps usable trackers, each once, and drops the rest', () => {
    const trackers = [
      'udp://t.example:80/announce',
      'http://T.example:80/a,b+c?passkey=x%26y',
      'wss://t.example',
      'not a url',
      'file:///etc/passwd',
      'udp://t.example:80/announce',
    ]
    const source = parse([BTIH, ...trackers.map((tracker) => `tr=${encodeURIComponent(tracker)}`)].join('&amp;'))
    expect(source.trackers).toEqual(['udp://t.example:80/announce', 'http://t.example/a%2Cb+c?passkey=x%26y'])
    expect(parse(source.uri).trackers).toEqual(source.trackers)
  })

  it.each([
    ['0', [0]],
    ['0,2,4,6-8', [0, 2, 4, 6, 7, 8]],
    ['5-5,1,1-3', [1, 2, 3, 5]],
    ['0%2C99999', [0, 99_999]],
  ])('selects files by so=%s', (so, selection) => {
    expect(parse(`${BTIH}&so=${so}`).selection).toEqual(selection)
  })
})

describe('any text', () => {
  const hex = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex'))
  const oracle = parseTorrent as unknown as (
    magnet: string,
  ) => Promise<{ infoHash: string; name?: string; announce: string[] }>

  it('means what parse-torrent takes it for', async () => {
    const tracker = fc.webUrl({ validSchemes: ['http', 'https', 'udp'], withQueryParameters: true })
    await fc.assert(
      fc.asyncProperty(
        hex,
        fc.string({ minLength: 1 }),
        fc.uniqueArray(tracker, { maxLength: 5 }),
        async (hash, name, trackers) => {
          // parse-torrent takes an encoded plus for a space.
          fc.pre(!/[+\0]/.test(name))
          const text = [
            `magnet:?xt=urn:btih:${hash}`,
            `dn=${encodeURIComponent(name)}`,
            ...trackers.map((url) => `tr=${encodeURIComponent(url)}`),
          ].join('&')
          const ours = parse(text)
          const theirs = await oracle(text)
          expect(ours.infoHash).toBe(theirs.infoHash)
          expect(ours.name).toBe(theirs.name)
          const normalised = theirs.announce.map((url) => new URL(url).href.replaceAll(',', '%2C'))
          expect(new Set(ours.trackers)).toEqual(new Set(normalised))
        },
      ),
      { numRuns: Math.ceil(PROPERTY_RUNS / 5) },
    )
  })

  it('that a mutation makes is parsed or refused, and the clean magnet parses to itself', () => {
    const seed = `${BTIH}&xt=urn:btmh:${V2}&dn=a%20b&tr=udp%3A%2F%2Ft.example%3A1&so=1-3`
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('%', '&', '=', ':', '\0', '%00', 'xt=', 'so='),
    )
    fc.assert(
      fc.property(fc.nat(seed.length), fc.nat(6), piece, (at, cut, inserted) => {
        const text = seed.slice(0, at) + inserted + seed.slice(at + cut)
        let source
        try {
          source = parseSource(text)
        } catch (error) {
          expect(error).toHaveProperty('name', 'VaultError')
          return
        }
        if (source.kind === 'magnet')
          expect(parse(source.uri)).toMatchObject({ infoHash: source.infoHash, trackers: source.trackers })
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
