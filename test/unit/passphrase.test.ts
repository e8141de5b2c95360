import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { assertPassphrase, generatePassphrase, obtainPassphrase } from '../../src/passphrase.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'passphrase-'))
  vi.stubEnv('HOME', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

test.each([
  `it's "quoted" marble-7 otter`,
  '-leading-dash-quince-halo-42',
  'trailing space marble otter ',
  'marble otter quince halo '.repeat(12),
  'пирог-облако-якорь-весна-53',
])('%j is accepted as it is', async (text) => {
  await expect(assertPassphrase(text)).resolves.toBeUndefined()
  const { secret } = await obtainPassphrase({ text, isGenerated: false })
  expect(secret.reveal()).toBe(text)
})

test('generated ones are strong, differ, and are kept in a file that only the owner can read', async () => {
  const file = join(folder, 'deep', 'passphrase')
  const { secret, notes } = await obtainPassphrase({ file, isGenerated: true })
  expect(await readFile(file, 'utf8')).toBe(`${secret.reveal()}\n`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(JSON.stringify(notes)).toContain(file)
  expect(JSON.stringify(notes)).not.toContain(secret.reveal())
  expect(generatePassphrase().reveal()).not.toBe(secret.reveal())
  await expect(assertPassphrase(secret.reveal())).resolves.toBeUndefined()
  const again = await obtainPassphrase({ file, isGenerated: true })
  expect(again.secret.reveal()).toBe(secret.reveal())
})

test('a file that others may read is warned of', async () => {
  const file = join(folder, 'open')
  await writeFile(file, 'marble otter quince halo\r\n')
  await chmod(file, 0o644)
  const { secret, notes } = await obtainPassphrase({ file, isGenerated: false })
  expect(secret.reveal()).toBe('marble otter quince halo')
  expect(notes).toMatchObject([{ hint: `Run: chmod 600 ${file}` }])
})

test('one that is typed is typed twice', async () => {
  const typing = (...lines: string[]) => ({ isGenerated: false, ask: () => Promise.resolve(lines.shift() ?? null) })
  const { secret } = await obtainPassphrase(typing('marble otter quince halo', 'marble otter quince halo'))
  expect(secret.reveal()).toBe('marble otter quince halo')
  const differ = obtainPassphrase(typing('marble otter quince halo', 'marble otter quince hello'))
  await expect(differ).rejects.toMatchObject({ code: 'PASSPHRASE_INVALID', retryable: true })
  await expect(obtainPassphrase(typing('sunshine', 'sunshine'))).rejects.toMatchObject({ code: 'PASSPHRASE_WEAK' })
  await expect(obtainPassphrase(typing())).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' })
})

test('one that was made before is found again, without a word about it', async () => {
  const { secret } = await obtainPassphrase({ isGenerated: true })
  expect((await obtainPassphrase({ isGenerated: false })).secret.reveal()).toBe(secret.reveal())
})

test('none given, a file that is missing, a folder instead of a file', async () => {
  await expect(obtainPassphrase({ isGenerated: false })).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' })
  await expect(obtainPassphrase({ file: join(folder, 'no'), isGenerated: false })).rejects.toMatchObject({
    code: 'PASSPHRASE_MISSING',
    field: 'passphraseFile',
  })
  await expect(obtainPassphrase({ file: folder, isGenerated: false })).rejects.toMatchObject({
    code: 'PASSPHRASE_INVALID',
  })
})
