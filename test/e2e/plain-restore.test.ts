import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { findProgram } from '../../src/tools/process.ts'
import { generateFile, startSwarm } from '../support/swarm.ts'
import { contentsOf, openTestVault } from '../support/vault.ts'

const PASSPHRASE = 'marble otter quince halo 7'
const run = promisify(execFile)

/** What docs/restore.md tells people to type, on a copy of what lies at the remote, without VaultStream. */
test('7-Zip and sha256sum alone bring an item back', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'plain-restore-'))
  const folder = join(scratch, 'content')
  await generateFile(join(folder, 'deep', 'große Datei.bin'), 2_500_000, 'big')
  await generateFile(join(folder, 'back\\slash'), 100, 'slash')
  await generateFile(join(folder, `${'long'.repeat(62)}.txt`), 50, 'long')
  const swarm = await startSwarm({ content: folder, pieceLengthBytes: 65_536 })
  const remote = join(scratch, 'remote')
  const opened = await openTestVault({ remote, passphrase: PASSPHRASE, volumeSize: '1MiB' })
  const report = await opened.vault.run(swarm.torrentPath)
  expect(report.status).toBe('done')
  await opened.close()
  await swarm.stop()

  const sevenZip = findProgram(['7zz', '7z']) ?? ''
  const item = join(scratch, 'fetched')
  await cp(join(remote, report.items[0]?.id ?? ''), item, { recursive: true })
  const names = await readdir(item)
  const manifest = names.find((name) => name.startsWith('manifest.')) ?? ''
  const runFolder = names.find((name) => !name.includes('.')) ?? ''
  const extract = async (archive: string, into: string): Promise<void> => {
    const child = run(sevenZip, ['x', `-o${into}`, archive], { cwd: item })
    child.child.stdin?.end(`${PASSPHRASE}\n`)
    await child
  }

  await extract(manifest, item)
  await expect(run('sha256sum', ['-c', 'VOLUMES.SHA256SUMS'], { cwd: item })).resolves.toMatchObject({ stderr: '' })
  // The document's own check of the HMAC, but for where it asks.
  const documented = await readFile(join(import.meta.dirname, '../../docs/restore.md'), 'utf8')
  const script = /cat > \/tmp\/check\.py <<'END'\n([^]*?)END\n/.exec(documented)?.[1] ?? ''
  const check = script
    .replace("getpass.getpass('Passphrase: ')", JSON.stringify(PASSPHRASE))
    .replaceAll('../vaultstream', join(remote, 'vaultstream'))
  await expect(run('python3', ['-c', check], { cwd: item })).resolves.toMatchObject({ stdout: 'genuine\n' })

  const out = join(scratch, 'out')
  await mkdir(out)
  await extract(`${runFolder}/p0001.7z.001`, out)
  await expect(run('sha256sum', ['-c', '--strict', join(item, 'SHA256SUMS')], { cwd: out })).resolves.toMatchObject({
    stderr: '',
  })

  // Names that could not be stored as they are have their original beside them in manifest.json.
  const { parcels } = JSON.parse(await readFile(join(item, 'manifest.json'), 'utf8')) as {
    parcels: { files: { path: string; storedPath: string; sha256: string }[] }[]
  }
  const files = parcels.flatMap((parcel) => parcel.files)
  const byPath = Object.fromEntries(files.map((file) => [file.path, file.sha256]))
  const originals = Object.entries(await contentsOf(folder)).map(([path, sum]) => [`content/${path}`, sum])
  expect(byPath).toEqual(Object.fromEntries(originals))
  expect(
    files
      .filter((file) => file.path !== file.storedPath)
      .map((file) => file.path)
      .sort(),
  ).toEqual(['content/back\\slash', `content/${'long'.repeat(62)}.txt`].sort())
  await rm(scratch, { recursive: true })
})
