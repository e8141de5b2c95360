import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Semaphore } from 'async-mutex'
import { expect, test } from 'vitest'
import type { Room } from '../../../src/pipeline/budget.ts'
import type { StepContext } from '../../../src/pipeline/context.ts'
import { fetchTorrent, type TorrentContent } from '../../../src/pipeline/download-torrent.ts'
import type { ItemPlan, PlannedFile } from '../../../src/pipeline/model.ts'
import type { TorrentRequest } from '../../../src/tools/aria2.ts'

const files: PlannedFile[] = [1, 2, 3].map((index) => ({
  path: `f${String(index)}`,
  storedPath: `f${String(index)}`,
  sizeBytes: 1_000,
  index,
}))
const content = { kind: 'torrent', torrent: { pieceLengthBytes: 16 }, bytes: Buffer.alloc(0), trackers: [] }
const plan = {
  content,
  files,
  parcels: files.map((file) => ({ number: file.index, files: [file] })),
  sizeBytes: 3_000,
} as unknown as ItemPlan

test('the disk budget hears of files as they arrive, however long nobody asks for their parcel', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wave-'))
  let filled = 0
  const room = {
    filled: () => {
      filled += 1
    },
  } as Room
  const context = {
    item: 'i1',
    emit: () => undefined,
    settings: { seed: null, compression: 'store', stallSeconds: 1 },
    slots: { download: new Semaphore(1) },
    disk: { reserve: () => Promise.resolve(room), tryReserve: () => room, totalBytes: () => 1e12 },
    aria2: {
      downloadTorrent: (request: TorrentRequest) => {
        for (const { index } of request.files) request.onFile?.(index)
        return Promise.resolve()
      },
    },
  } as unknown as StepContext
  const stage = { advance: () => undefined, end: () => undefined }

  const parcels = fetchTorrent(plan, content as unknown as TorrentContent, folder, stage, context)
  expect((await parcels.next()).value).toMatchObject({ number: 1 })
  expect(filled).toBe(3)
  expect((await Array.fromAsync(parcels)).map((parcel) => parcel.number)).toEqual([2, 3])
  expect(filled).toBe(3)
  await rm(folder, { recursive: true })
})
