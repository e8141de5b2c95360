import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startFileServer, type FileServer } from '../support/http.ts'
import { afterFailure, openKernel, type KernelSession } from '../support/kernel-session.ts'
import { isRunning, toolsOf } from '../support/processes.ts'
import { filesIn } from '../support/swarm.ts'

/** By when nothing is left, on a busy machine. */
const SOON = { timeout: 10_000, interval: 50 }
const MIB = 1024 * 1024
const ENTRY = `export { openVault } from '../../src/index.ts'`

let folder: string
let workspace: string
let server: FileServer
let kernel: KernelSession
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernel-end '))
  workspace = join(folder, 'work', 'vaultstream')
  const body = Buffer.alloc(60 * MIB, 'content ')
  server = await startFileServer({ '/film': { body, bytesPerSecond: 6 * MIB }, '/small': { body: 'a few words' } })
  kernel = await openKernel(ENTRY, folder, { HOME: folder })
})
afterEach(async () => {
  await kernel.close()
  await server.stop()
  await rm(folder, { recursive: true })
})

/** Opens a vault and begins a run that takes some ten seconds; resolves to the kernel's id once content is here. */
async function begin(options: Readonly<Record<string, string>> = {}): Promise<number> {
  const all = { remote: './remote', workspace: './work', passphraseFile: './passphrase', ...options }
  await kernel.run(`
    const { openVault } = require('./library.cjs')
    console.log('pid', process.pid)
    const vault = await openVault({ generatePassphrase: true, volumesInMemory: false, ...${JSON.stringify(all)} })`)
  kernel.execute(`const report = await vault.run('${server.baseUrl}/film'); console.log(report.status)`)
  await vi.waitUntil(async () => (await contentIn(workspace)).length > 0, { timeout: 30_000, interval: 50 })
  return Number(/pid (\d+)/.exec(kernel.output())?.[1])
}

/** What of an item lies here. */
async function contentIn(place: string): Promise<string[]> {
  const paths = await filesIn(place).catch(() => [])
  return paths.filter((path) => /film|\.7z/.test(path))
}

async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(async () => {
    expect(await filesIn(workspace)).toEqual([])
    expect(await toolsOf(folder)).toEqual([])
  }, SOON)
  expect(await readdir(workspace)).toEqual(
    expect.not.arrayContaining([expect.stringMatching(/^(session|unfinished|claim)-/)]),
  )
}

test('Interrupt stops the run and leaves the kernel, where the next cell works', async () => {
  const pid = await begin()
  await kernel.command('interrupt')
  await afterFailure()
  await vi.waitUntil(() => kernel.display().includes('cancelled'), { timeout: 15_000 })
  await kernel.run(`const next = await vault.run('${server.baseUrl}/small'); console.log(next.status, process.pid)`)
  expect(kernel.output()).toContain(`done ${String(pid)}`)
  await kernel.run('await vault.wipe()')
  await expectNothingLeft()
})

test.each(['restart', 'restart-now'] as const)('after a %s nothing is left, and the new kernel works', async (way) => {
  await begin()
  expect(await toolsOf(folder)).not.toEqual([])
  await kernel.command(way)
  await expectNothingLeft()
  await kernel.run(`
    const { openVault } = require('./library.cjs')
    const vault = await openVault({ remote: './remote', workspace: './work', passphraseFile: './passphrase' })
    console.log('again', (await vault.run('${server.baseUrl}/small')).status)
    await vault.close()`)
  expect(kernel.output()).toContain('again done')
  await expectNothingLeft()
})

test('after a shutdown nothing is left', async () => {
  await begin()
  await kernel.command('shutdown')
  await expectNothingLeft()
})

test('after the kernel was killed nothing is left', async () => {
  process.kill(await begin(), 'SIGKILL')
  await expectNothingLeft()
})

test('after Jupyter was killed the kernel ends, and nothing is left', async () => {
  const pid = await begin()
  kernel.killFrontEnd()
  await expectNothingLeft()
  expect(isRunning(pid)).toBe(false)
})

test("where it is to be kept, the next kernel's run goes on with it", async () => {
  await begin({ onKernelDeath: 'keep' })
  expect(kernel.display()).toContain('film')
  await kernel.command('restart-now')
  await vi.waitFor(async () => {
    expect(await toolsOf(folder)).toEqual([])
  }, SOON)
  expect(await contentIn(workspace)).not.toEqual([])
  await kernel.run(`
    const { openVault } = require('./library.cjs')
    const vault = await openVault({ remote: './remote', workspace: './work', passphraseFile: './passphrase' })
    await vault.wipe()`)
  expect(kernel.display()).toContain('Wiped')
  await expectNothingLeft()
})
