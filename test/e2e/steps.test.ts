import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { generateFile, startSwarm, type Swarm } from '../support/swarm.ts'
import { contentsOf, openTestVault, type TestVault } from '../support/vault.ts'

let scratch: string
let remote: string
let swarm: Swarm
let opened: TestVault

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'steps-'))
  remote = join(scratch, 'remote')
  await generateFile(join(scratch, 'content.bin'), 700_000, 'content')
  swarm = await startSwarm({ content: join(scratch, 'content.bin'), pieceLengthBytes: 65_536 })
  opened = await openTestVault({ remote })
})
afterEach(async () => {
  await opened.close()
  await swarm.stop()
  await rm(scratch, { recursive: true })
})

test('step by step, each twice, refused out of order, and restored', async () => {
  const item = opened.vault.item(swarm.torrentPath)
  expect(item.id).toBeNull()
  for (const step of ['encrypt', 'upload', 'verify', 'wipe'] as const) {
    await expect(item[step]()).rejects.toMatchObject({ code: 'STEP_OUT_OF_ORDER', field: step })
  }
  await expect(item.upload()).rejects.toHaveProperty('hint', expect.stringContaining('item.download()'))

  await expect(item.download()).resolves.toMatchObject({ step: 'download', label: 'content.bin' })
  expect(item.id).toMatch(/^[a-z2-7]{26}$/)
  await expect(item.download()).resolves.toMatchObject({ detail: 'was done before' })
  await expect(item.upload()).rejects.toHaveProperty('hint', expect.stringContaining('item.encrypt()'))

  await item.encrypt()
  await expect(item.encrypt()).resolves.toMatchObject({ detail: 'was done before' })
  await expect(item.verify()).rejects.toHaveProperty('hint', expect.stringContaining('item.upload()'))

  await item.upload()
  await item.upload()
  await expect(item.wipe()).rejects.toHaveProperty('hint', expect.stringContaining('item.verify()'))
  await expect(opened.vault.list()).resolves.toMatchObject([{ status: 'incomplete', label: null }])

  await item.verify()
  await item.verify()
  await expect(opened.vault.list()).resolves.toMatchObject([{ status: 'complete', label: 'content.bin' }])

  const { receipt } = await item.wipe()
  expect(receipt).toMatchObject({ isComplete: true })
  expect(receipt?.fileCount).toBeGreaterThan(1)
  await item.wipe()

  await opened.vault.restore(item.id ?? '', join(scratch, 'back'))
  expect(await contentsOf(join(scratch, 'back'))).toEqual({ 'content.bin': (await contentsOf(scratch))['content.bin'] })
})

test('an item that is already stored has nothing to do, step by step', async () => {
  await opened.vault.run(swarm.magnet)
  const item = opened.vault.item(swarm.magnet)
  for (const step of ['download', 'encrypt', 'upload', 'verify', 'wipe'] as const) {
    await expect(item[step]()).resolves.toMatchObject({ detail: expect.stringContaining('complete copy') as string })
  }
})

test('a restore writes over nothing', async () => {
  const { items } = await opened.vault.run(swarm.torrentPath)
  const target = join(scratch, 'target')
  await generateFile(join(target, 'precious'), 10, 'precious')
  const before = await contentsOf(target)
  await expect(opened.vault.restore(items[0]?.id ?? '', target)).rejects.toMatchObject({
    code: 'RESTORE_TARGET',
    field: 'folder',
  })
  expect(await contentsOf(target)).toEqual(before)
  const empty = join(scratch, 'empty')
  await mkdir(empty)
  await opened.vault.restore(items[0]?.id ?? '', empty)
  expect(await readdir(empty)).toEqual(['content.bin'])
  expect((await readdir(scratch)).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('an interrupt ends a run within seconds, as cancelled, and the same vault goes on', async () => {
  const slow = await startSwarm({ content: join(scratch, 'content.bin'), maxUploadBytesPerSecond: 30_000 })
  const running = opened.vault.run(slow.magnet)
  await expect
    .poll(() => opened.events.some((event) => event.type === 'stage.progress'), { timeout: 15_000 })
    .toBe(true)
  const startedAt = performance.now()
  opened.interrupt()
  const report = await running
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  expect(report).toMatchObject({ status: 'cancelled', items: [{ error: { code: 'CANCELLED' }, receipt: null }] })
  await slow.stop()
  await expect(opened.vault.list()).resolves.toEqual([])
})

test('after a wipe an item of steps begins afresh, and one that was published stays done', async () => {
  const item = opened.vault.item(swarm.torrentPath)
  await item.download()
  await item.encrypt()
  await opened.vault.wipe()
  await expect(item.upload()).rejects.toHaveProperty('hint', expect.stringContaining('item.download()'))
  for (const step of ['download', 'encrypt', 'upload', 'verify'] as const) await item[step]()
  await opened.vault.wipe()
  await expect(item.upload()).resolves.toMatchObject({ detail: 'was done before' })
  await expect(item.wipe()).resolves.toMatchObject({ receipt: { isComplete: true } })
})

test('a link to an empty folder is no place for a restore, and that is seen before anything is fetched', async () => {
  const { items } = await opened.vault.run(swarm.torrentPath)
  const link = join(scratch, 'link')
  await mkdir(join(scratch, 'real'))
  await symlink(join(scratch, 'real'), link)
  const before = opened.events.length
  await expect(opened.vault.restore(items[0]?.id ?? '', link)).rejects.toMatchObject({ code: 'RESTORE_TARGET' })
  expect(opened.events.slice(before).some((event) => event.type === 'restore.progress')).toBe(false)
})

test('wipe removes all that is local, tells what went, and leaves the remote and the vault usable', async () => {
  const item = opened.vault.item(swarm.torrentPath)
  await item.download()
  await expect(opened.vault.wipe()).resolves.toMatchObject({ isComplete: true })
  expect(await readdir(join(opened.workspace, 'vaultstream'))).toEqual([])
  const { status } = await opened.vault.run(swarm.torrentPath)
  expect(status).toBe('done')
})
