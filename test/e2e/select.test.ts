import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startFileServer } from '../support/http.ts'
import { generateFile, startSwarm, type Swarm } from '../support/swarm.ts'
import { contentsOf, openTestVault, type TestVault } from '../support/vault.ts'

const FILE_BYTES = 300_000

let scratch: string
let swarm: Swarm
let opened: TestVault
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'select-'))
  for (const name of ['a', 'b', 'c', 'd']) await generateFile(join(scratch, 'books', name), FILE_BYTES, name)
  swarm = await startSwarm({ content: join(scratch, 'books'), pieceLengthBytes: 16_384 })
  opened = await openTestVault({ remote: join(scratch, 'remote') })
})
afterEach(async () => {
  await opened.close()
  await swarm.stop()
  await rm(scratch, { recursive: true })
})

/** The SHA-256 of these books, as they were seeded. */
async function books(...names: readonly string[]): Promise<Record<string, string | undefined>> {
  const all = await contentsOf(join(scratch, 'books'))
  return Object.fromEntries(names.map((name) => [`books/${name}`, all[name]]))
}

test('the files that are selected come, go and return, those alone; the same by `so` are the same item', async () => {
  const { vault } = opened
  const { files } = await vault.inspect(swarm.magnet)
  const wanted = files.filter(({ path }) => /[bd]$/.test(path)).map(({ index }) => index)
  const before = await swarm.servedBytes()
  const { items } = await vault.run(swarm.magnet, { select: wanted })
  expect(items).toMatchObject([{ status: 'done', isReused: false, fileCount: 2, sizeBytes: 2 * FILE_BYTES }])
  const servedBytes = (await swarm.servedBytes()) - before
  expect(servedBytes).toBeGreaterThanOrEqual(2 * FILE_BYTES)
  // But for pieces that reach into their neighbours.
  expect(servedBytes).toBeLessThan(2.5 * FILE_BYTES)

  const id = items[0]?.id ?? ''
  await vault.restore(id, join(scratch, 'restored'))
  expect(await contentsOf(join(scratch, 'restored'))).toEqual(await books('b', 'd'))

  for (const [source, options] of [
    [swarm.magnet, { select: ' 4, 2' }],
    [swarm.torrentPath, { select: '2,4' }],
    [`${swarm.magnet}&so=1,3`, {}],
    // What is selected by hand takes the place of what the magnet selects.
    [`${swarm.magnet}&so=0`, { select: [2, 4] }],
  ] as const) {
    const again = await vault.run(source, options)
    expect(again.items).toMatchObject([{ status: 'done', isReused: true, id }])
  }
  const whole = await vault.run(swarm.magnet, { select: '1-4' })
  expect(whole.items[0]).toMatchObject({ isReused: false, fileCount: 4 })
  const all = await vault.run(swarm.magnet)
  expect(all.items[0]).toMatchObject({ isReused: true, id: whole.items[0]?.id })
})

test('step by step, of a link to a .torrent', async () => {
  const server = await startFileServer({ '/books.torrent': { body: swarm.torrent } })
  const item = opened.vault.item(`${server.baseUrl}/books.torrent`, { select: '3' })
  for (const step of ['download', 'encrypt', 'upload', 'verify', 'wipe'] as const) await item[step]()
  await opened.vault.restore(item.id ?? '', join(scratch, 'restored'))
  expect(await contentsOf(join(scratch, 'restored'))).toEqual(await books('c'))
  await server.stop()
})

test('a number that only the metadata shows to be wrong fails the item, before any content', async () => {
  const before = await swarm.servedBytes()
  const { items } = await opened.vault.run(swarm.magnet, { select: '1,5' })
  expect(items).toMatchObject([
    {
      status: 'failed',
      id: null,
      error: { code: 'TORRENT_SELECTION', field: 'select', hint: expect.stringContaining('1 to 4') as string },
    },
  ])
  expect((await swarm.servedBytes()) - before).toBeLessThan(16_384)
})

test('a selection of what has no files to select from is refused before anything starts', async () => {
  const refusal = { code: 'TORRENT_SELECTION', field: 'select' }
  await expect(opened.vault.run([swarm.magnet, swarm.torrentPath], { select: '1' })).rejects.toMatchObject(refusal)
  await expect(opened.vault.run(swarm.torrentPath, { select: '5' })).rejects.toMatchObject(refusal)
  expect(() => opened.vault.item('https://a.example/x.iso', { select: '1' })).toThrow(expect.objectContaining(refusal))
  expect(opened.events).toEqual([])
})
