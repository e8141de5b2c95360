import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import createTorrent from 'create-torrent'
import fc from 'fast-check'
import parseWithOracle from 'parse-torrent'
import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../src/errors.ts'
import { parseTorrent } from '../../../src/source/index.ts'
import { bencode, multiFile, Raw, singleFile, torrentOf } from '../../support/bencode.ts'
import { cpuMsSince, refusalOf } from '../../support/refusal.ts'
import { PROPERTY_RUNS } from '../../support/runs.ts'

const V2 = { 'meta version': 2, 'file tree': { x: { '': { length: 1, 'pieces root': 'r' } } } }
const named = (...path: (string | Uint8Array)[]): Buffer => multiFile([{ path: ['a'] }, { path }])

describe('a bad torrent is refused', () => {
  const cases: [name: string, bytes: Uint8Array, code: ErrorCode, field: string][] = [
    ['empty', Buffer.alloc(0), 'TORRENT_INVALID', 'torrent'],
    ['an HTML page', Buffer.from('\ufeff\n<!DOCTYPE html><title>404 Not Found</title>'), 'TORRENT_INVALID', 'torrent'],
    ['text', Buffer.from('Not Found'), 'TORRENT_INVALID', 'torrent'],
    ['truncated', singleFile().subarray(0, -10), 'TORRENT_INVALID', 'torrent'],
    ['trailing bytes', Buffer.concat([singleFile(), Buffer.from('x')]), 'TORRENT_INVALID', 'torrent'],
    ['over 32 MiB', Buffer.alloc(32 * 1024 * 1024 + 1, 'd'), 'SOURCE_TOO_LARGE', 'torrent'],
    [
      '200,000 nested lists',
      singleFile({ x: new Raw('l'.repeat(200_000) + 'e'.repeat(200_000)) }),
      'TORRENT_INVALID',
      'torrent',
    ],
    ['a 5,000-digit integer', singleFile({ length: new Raw(`i${'9'.repeat(5_000)}e`) }), 'TORRENT_INVALID', 'torrent'],
    ['string length 99999999999', singleFile({ name: new Raw('99999999999:x') }), 'TORRENT_INVALID', 'torrent'],
    ['a negative string length', singleFile({ name: new Raw('-1:x') }), 'TORRENT_INVALID', 'torrent'],
    ['length 2^62', singleFile({ length: new Raw('i4611686018427387904e') }), 'TORRENT_INVALID', 'torrent'],
    ['no info', bencode({ announce: 'http://t.example' }), 'TORRENT_INVALID', 'info'],
    ['info a string', bencode({ info: 'x' }), 'TORRENT_INVALID', 'info'],
    ['no length and no files', torrentOf({ pieces: '' }), 'TORRENT_INVALID', 'file 1'],
    ['a negative length', singleFile({ length: -1 }), 'TORRENT_INVALID', 'file 1'],
    [
      'a negative length of the second file',
      multiFile([{ path: ['a'] }, { path: ['b'], length: -1 }]),
      'TORRENT_INVALID',
      'file 2',
    ],
    ['a length that is text', singleFile({ length: '1' }), 'TORRENT_INVALID', 'file 1'],
    [
      'sizes that add up beyond 2^53',
      multiFile(
        [
          { path: ['a'], length: 2 ** 53 - 1 },
          { path: ['b'], length: 2 ** 53 - 1 },
        ],
        { pieces: '' },
      ),
      'TORRENT_INVALID',
      'info.files',
    ],
    ['piece length 0', singleFile({ 'piece length': 0 }), 'TORRENT_INVALID', 'info.piece length'],
    ['piece length -1', singleFile({ 'piece length': -1 }), 'TORRENT_INVALID', 'info.piece length'],
    [
      'piece length 2^40',
      singleFile({ 'piece length': 2 ** 40, pieces: Buffer.alloc(20) }),
      'TORRENT_INVALID',
      'info.piece length',
    ],
    ['piece length 1023', singleFile({ 'piece length': 1_023 }), 'TORRENT_INVALID', 'info.piece length'],
    ['pieces no multiple of 20', singleFile({ pieces: Buffer.alloc(39) }), 'TORRENT_INVALID', 'info.pieces'],
    ['a piece too few', singleFile({ pieces: Buffer.alloc(20) }), 'TORRENT_INVALID', 'info.pieces'],
    ['a piece too many', singleFile({ pieces: Buffer.alloc(60) }), 'TORRENT_INVALID', 'info.pieces'],
    ['pieces a number', singleFile({ pieces: 40 }), 'TORRENT_INVALID', 'info.pieces'],
    ['no pieces', torrentOf({ length: 1 }), 'TORRENT_INVALID', 'info.pieces'],
    ['v2 only', torrentOf(V2), 'TORRENT_V2_ONLY', 'info.pieces'],
    ['a single file and many at once', multiFile([{ path: ['a'] }], { length: 1 }), 'TORRENT_INVALID', 'info.files'],
    ['files a dictionary', torrentOf({ files: {}, pieces: '' }), 'TORRENT_INVALID', 'info.files'],
    ['a file that is a number', torrentOf({ files: [1], pieces: '' }), 'TORRENT_INVALID', 'info.files'],
    ['no files', multiFile([]), 'TORRENT_INVALID', 'info.files'],
    ['nothing but pad files', multiFile([{ path: ['.pad', '1'], attr: 'p' }]), 'TORRENT_INVALID', 'info.files'],
    [
      'over 100,000 files',
      multiFile(Array.from({ length: 100_001 }, (_, at) => ({ path: [String(at)] }))),
      'TORRENT_INVALID',
      'info.files',
    ],
    [
      'no name',
      bencode({ info: { length: 1, 'piece length': 16_384, pieces: Buffer.alloc(20) } }),
      'TORRENT_INVALID',
      'info.name',
    ],
    ['an empty name', singleFile({ name: '' }), 'TORRENT_PATH_UNSAFE', 'info.name'],
    ['the name ..', singleFile({ name: '..' }), 'TORRENT_PATH_UNSAFE', 'info.name'],
    ['the name /etc/passwd', singleFile({ name: '/etc/passwd' }), 'TORRENT_PATH_UNSAFE', 'info.name'],
    ['the UTF-8 name ..', singleFile({ 'name.utf-8': '..' }), 'TORRENT_PATH_UNSAFE', 'info.name'],
    ['no path', multiFile([{ path: ['a'] }, {}]), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['an empty path', named(), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['a path that is text', multiFile([{ path: ['a'] }, { path: 'b' }]), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['path element ..', named('..', 'x'), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['an absolute path element', named('/etc/passwd'), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['path element a/../../x', named('a/../../x'), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['path element ..\\..\\x', named('..\\..\\x'), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['path element .', named('d', '.'), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['an empty path element', named('d', '', 'x'), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['NUL in a path element', named('a\0b'), 'TORRENT_PATH_UNSAFE', 'file 2'],
    [
      '.. in path.utf-8 alone',
      multiFile([{ path: ['a'] }, { path: ['b'], 'path.utf-8': ['..', 'b'] }]),
      'TORRENT_PATH_UNSAFE',
      'file 2',
    ],
    [
      'a pad file outside',
      multiFile([{ path: ['a'] }, { path: ['..', 'x'], attr: 'p' }]),
      'TORRENT_PATH_UNSAFE',
      'file 2',
    ],
    ['65 folders', named(...Array.from({ length: 65 }, () => 'd')), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['identical paths', named('a'), 'TORRENT_PATH_UNSAFE', 'file 2'],
    ['a file that is also a folder', named('a', 'x'), 'TORRENT_PATH_UNSAFE', 'file 1'],
    [
      'a folder that is also a file',
      multiFile([{ path: ['a', 'b', 'c'] }, { path: ['a', 'b'] }]),
      'TORRENT_PATH_UNSAFE',
      'file 2',
    ],
    [
      'a symbolic link',
      multiFile([{ path: ['a'] }, { path: ['b'], attr: 'l', 'symlink path': ['..', '..', 'etc'] }]),
      'TORRENT_PATH_UNSAFE',
      'file 2',
    ],
    ['a single file that is a symbolic link', singleFile({ attr: 'xl' }), 'TORRENT_PATH_UNSAFE', 'file 1'],
  ]
  it.each(cases)('%s', (_name, bytes, code, field) => {
    const error = refusalOf(() => parseTorrent(bytes))
    expect(error.code).toBe(code)
    expect(error.field).toBe(field)
  })
})

describe('a good torrent', () => {
  it('of one file', () => {
    expect(parseTorrent(singleFile({ name: 'a.bin' }))).toMatchObject({
      name: 'a.bin',
      pieceLengthBytes: 16_384,
      sizeBytes: 20_000,
      isPrivate: false,
      isHybrid: false,
      files: [{ index: 1, path: 'a.bin', storedPath: 'a.bin', sizeBytes: 20_000 }],
      trackers: [],
      webSeeds: [],
    })
  })

  it('has the info hash of the bytes as they stand, keys out of order too', () => {
    const info = bencode({ pieces: Buffer.alloc(20), name: 'x', 'piece length': 16_384, length: 1 })
    const bytes = Buffer.concat([Buffer.from('d4:info'), info, Buffer.from('8:url-list1:ye')])
    expect(parseTorrent(bytes).infoHash).toBe(createHash('sha1').update(info).digest('hex'))
  })

  it('keeps names exact: the storable ones are stored as they are', () => {
    const names = [
      '-rf',
      '@list',
      'a*',
      '~',
      'A',
      'a',
      '\u202etxt.exe',
      '😀👨‍👩‍👧',
      'e\u0301',
      'é',
      '"q"',
      "it's",
      ' x ',
      'x.',
      'CON',
      '$(id)',
      '<img onerror=1>',
      '%41',
    ]
    const { files } = parseTorrent(multiFile(names.map((name) => ({ path: ['d', name] }))))
    expect(files.map(({ path }) => path)).toEqual(names.map((name) => `content/d/${name}`))
    expect(files.map(({ storedPath }) => storedPath)).toEqual(files.map(({ path }) => path))
  })

  it('may have names that cannot be stored: they are changed, the path is kept', () => {
    const names = ['a\nb', 'c\\d', 'x'.repeat(255), `${'é'.repeat(200)}.mkv`]
    const { files } = parseTorrent(multiFile(names.map((name) => ({ path: [name] }))))
    expect(files.map(({ path }) => path)).toEqual(names.map((name) => `content/${name}`))
    for (const { storedPath } of files) expect(storedPath).toMatch(/^content\/[^\n\\/]+~[0-9a-f]{20}(\.mkv)?$/)
  })

  it('shows bytes that are no UTF-8 as %XX', () => {
    const latin1 = Buffer.from('caf\xe9 \xc3\xa9 \xed\xa0\x80.txt', 'latin1')
    const { name, files } = parseTorrent(singleFile({ name: latin1 }))
    expect(name).toBe('caf%E9 é %ED%A0%80.txt')
    expect(files[0]?.storedPath).toBe(name)
  })

  it('prefers name.utf-8 and path.utf-8', () => {
    const bytes = multiFile([{ path: [Buffer.from([0xe9])], 'path.utf-8': ['é'] }], { name: 'x', 'name.utf-8': 'ü' })
    expect(parseTorrent(bytes)).toMatchObject({ name: 'ü', files: [{ path: 'ü/é' }] })
  })

  it('loses its pad files, and the others keep their places', () => {
    const bytes = multiFile([
      { path: ['a'], length: 10 },
      { path: ['.pad', '16374'], length: 16_374, attr: 'p' },
      { path: ['b'], length: 5 },
      { path: ['.pad', '16379'], length: 16_379 },
      { path: ['.pad', '16379'], length: 16_379, attr: 'hp' },
      { path: ['.pad', 'notes'], length: 1 },
    ])
    const torrent = parseTorrent(bytes)
    expect(torrent.files.map(({ index, path }) => [index, path])).toEqual([
      [1, 'content/a'],
      [3, 'content/b'],
      [6, 'content/.pad/notes'],
    ])
    expect(torrent.sizeBytes).toBe(16)
  })

  it.each([
    ['one file', torrentOf({ length: 0, pieces: '' }), ['content']],
    [
      'two files',
      multiFile([
        { path: ['a'], length: 0 },
        { path: ['b'], length: 0 },
      ]),
      ['content/a', 'content/b'],
    ],
  ])('may hold nothing but empty files: %s (aria2 1.36 creates them)', (_name, bytes, paths) => {
    const torrent = parseTorrent(bytes)
    expect(torrent.sizeBytes).toBe(0)
    expect(torrent.files.map(({ path }) => path)).toEqual(paths)
  })

  it.each([
    [{}, false],
    [{ private: 0 }, false],
    [{ private: 1 }, true],
  ])('%j is private: %s', (info, isPrivate) => {
    expect(parseTorrent(singleFile(info)).isPrivate).toBe(isPrivate)
  })

  it('may be hybrid', () => {
    expect(parseTorrent(singleFile(V2)).isHybrid).toBe(true)
  })

  it.each([1_024, 12_345, 256 * 1024 * 1024])('may have the piece length %d', (pieceLength) => {
    const pieces = Buffer.alloc(20 * Math.ceil(20_000 / pieceLength))
    expect(parseTorrent(singleFile({ 'piece length': pieceLength, pieces })).pieceLengthBytes).toBe(pieceLength)
  })

  it('gives its usable trackers and web seeds, each once', () => {
    const info = { length: 1, pieces: Buffer.alloc(20) }
    const bytes = torrentOf(info, {
      announce: 'udp://t.example:80/announce',
      'announce-list': [
        ['udp://t.example:80/announce', 'wss://t.example'],
        ['http://T.example/a'],
        'http://u.example/',
        5,
        [5],
      ],
      'url-list': ['https://a.example/x', 'ftp://a.example/x', 'file:///etc/passwd', 5],
    })
    expect(parseTorrent(bytes)).toMatchObject({
      trackers: ['udp://t.example:80/announce', 'http://t.example/a', 'http://u.example/'],
      webSeeds: ['https://a.example/x'],
    })
    expect(parseTorrent(torrentOf(info, { 'url-list': 'http://a.example/y' })).webSeeds).toEqual(['http://a.example/y'])
  })

  it('may have 100,000 files, read within two seconds', () => {
    const files = Array.from({ length: 100_000 }, (_, at) => ({
      path: [`folder ${String(at % 500)}`, `file ${String(at)}.bin`],
    }))
    const bytes = multiFile(files)
    const start = process.threadCpuUsage()
    expect(parseTorrent(bytes).files).toHaveLength(100_000)
    expect(cpuMsSince(start)).toBeLessThan(2_000)
  })
})

describe('parse-torrent agrees', () => {
  const fixture = (name: string): Buffer =>
    readFileSync(new URL(`fixtures/${name}.torrent`, import.meta.resolve('webtorrent-fixtures')))

  async function agree(bytes: Uint8Array): Promise<void> {
    const ours = parseTorrent(bytes)
    const theirs = await parseWithOracle(bytes)
    expect(ours).toMatchObject({ infoHash: theirs.infoHash, name: theirs.name, sizeBytes: theirs.length })
    expect(ours.files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual(
      theirs.files.map(({ path, length }) => [path, length]),
    )
  }

  it.each(['alice', 'bunny', 'folder', 'leaves', 'lots-of-numbers', 'numbers', 'sintel'])(
    'on the real torrent %s',
    async (name) => {
      await agree(fixture(name))
    },
  )

  it('on whatever create-torrent makes', async () => {
    const element = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((name) => !/[/\\\0]|^\.|^\s*$/.test(name))
    const content = fc.uint8Array({ minLength: 1, maxLength: 40_000, size: 'max' })
    await fc.assert(
      fc.asyncProperty(
        element,
        fc.uniqueArray(fc.tuple(element, content), { minLength: 2, maxLength: 6, selector: ([name]) => name }),
        fc.boolean(),
        async (name, files, isPrivate) => {
          const blobs = files.map(([fileName, bytes]) =>
            Object.assign(new Blob([bytes]), { fullPath: `${name}/d/${fileName}` }),
          )
          const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
          createTorrent(blobs, { name, private: isPrivate, filterJunkFiles: false }, (error, torrent) => {
            if (error === null) resolve(torrent)
            else reject(error)
          })
          const bytes = await promise
          await agree(bytes)
          expect(parseTorrent(bytes).isPrivate).toBe(isPrivate)
        },
      ),
      { numRuns: Math.ceil(PROPERTY_RUNS / 20) },
    )
  })
})

describe('throws nothing but VaultError', () => {
  const survives = (bytes: Uint8Array): void => {
    try {
      const torrent = parseTorrent(bytes)
      for (const { path } of torrent.files) expect(path).not.toMatch(/(^|\/)(\.{0,2})(\/|$)/)
    } catch (error) {
      expect(error).toHaveProperty('name', 'VaultError')
    }
  }

  it('on arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), survives), { numRuns: PROPERTY_RUNS })
  })

  it('on mutated torrents', () => {
    const seeds = [
      singleFile(V2),
      multiFile([{ path: ['a', 'b'] }, { path: ['c'], attr: 'p' }, { path: ['d'], length: 0 }], { private: 1 }),
      readFileSync(fileURLToPath(new URL('fixtures/numbers.torrent', import.meta.resolve('webtorrent-fixtures')))),
    ]
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom('e', 'd', 'l', 'i0e', '0:', '2:..', '1:/', '9').map((text) => Buffer.from(text)),
    )
    const mutation = fc.record({ at: fc.nat(10_000), cut: fc.nat(4), inserted: piece })
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(mutation, { minLength: 1, maxLength: 3 }), (seed, mutations) => {
        let bytes = seed
        for (const { at, cut, inserted } of mutations) {
          const start = at % (bytes.length + 1)
          bytes = Buffer.concat([bytes.subarray(0, start), inserted, bytes.subarray(start + cut)])
        }
        survives(bytes)
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
