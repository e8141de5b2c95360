import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { afterFailure, openKernel, type KernelSession } from '../support/kernel-session.ts'

const ENTRY = `export { openVault } from '../../src/index.ts'`
const PASSPHRASE = 'marble-otter-7-quince-halo'

let folder: string
let kernel: KernelSession
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prompt-'))
  // No passphrase and no remote of this machine's own.
  kernel = await openKernel(ENTRY, folder, { VAULTSTREAM_PASSPHRASE: '', VAULTSTREAM_REMOTE: '', HOME: folder })
})
afterAll(async () => {
  await kernel.close()
  await rm(folder, { recursive: true })
})

/** Opens a vault in a cell; says in the cell's output how that went. */
const OPEN = (remote: string): string => `
  await openVault({ workspace: './work'${remote} }).then(
    (vault) => { console.log('open:', vault.remote); return vault.close() },
    (error) => console.log('refused:', error.code))
  undefined`

test('a cell after the import asks for what is missing, secrets hidden, and nothing typed is in the notebook', async () => {
  await kernel.run(`const { openVault } = require('./library.cjs')`)
  const ran = kernel.run(OPEN(''))
  expect(await kernel.answer('./remote')).toEqual({ text: 'Remote (name:path, or a folder): ', isSecret: false })
  expect(await kernel.answer(PASSPHRASE)).toEqual({ text: 'Passphrase: ', isSecret: true })
  expect(await kernel.answer(PASSPHRASE)).toEqual({ text: 'The same again: ', isSecret: true })
  await ran
  expect(kernel.output()).toContain('open: ./remote')
  expect(kernel.output() + kernel.display()).not.toContain(PASSPHRASE)
})

test('where cells are run by a program it says at once what is missing, and how to give it', async () => {
  await kernel.run(OPEN(`, remote: './remote'`), { isHeadless: true })
  expect(kernel.output()).toContain('refused: PASSPHRASE_MISSING')
  expect(kernel.display()).toContain('VAULTSTREAM_PASSPHRASE')
})

test('Interrupt takes a question back, and what is typed into it later answers no other', async () => {
  kernel.execute(OPEN(`, remote: './remote'`))
  await kernel.asked()
  await kernel.command('interrupt')
  await vi.waitUntil(() => kernel.output().includes('refused: CANCELLED'), { timeout: 10_000 })
  await afterFailure()
  await kernel.answer('too late')
  const ran = kernel.run(OPEN(`, remote: './other'`))
  await kernel.answer(PASSPHRASE)
  await kernel.answer(PASSPHRASE)
  await ran
  expect(kernel.output()).toContain('open: ./other')
})

test('two vaults that are opened at once ask one after the other', async () => {
  const both = `Promise.all(['./one', './two'].map((remote) => openVault({ workspace: './work', remote: remote })))`
  const ran = kernel.run(`console.log('both:', (await ${both}).map(({ remote }) => remote).join())`)
  for (let question = 0; question < 4; question++) await kernel.answer(PASSPHRASE)
  await ran
  expect(kernel.output()).toContain('both: ./one,./two')
})
