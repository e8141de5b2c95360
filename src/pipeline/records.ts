import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from '../errors.ts'
import type { RemoteEntry } from '../tools/rclone.ts'
import type { StepContext } from './context.ts'
import { fileSums, parseManifest, serialize, volumeSums, type Manifest, type ParcelRecord } from './manifest.ts'
import { uploadProven } from './proof.ts'

/** What reading and writing records needs of a step's context. */
export type RecordContext = Pick<StepContext, 'remote' | 'sevenZip' | 'keys' | 'workspace' | 'signal'> & {
  readonly settings: Pick<StepContext['settings'], 'passphrase'>
}

const README = `This is a record of a VaultStream vault: what one encrypted item holds and where its volumes lie.

Restore without VaultStream:
  1. Fetch the item's folder (the one this record lies in) with rclone or the provider's own tools.
  2. In it:                sha256sum -c VOLUMES.SHA256SUMS
  3. For each archive:     7zz x -oOUT RUN/p0001.7z.001     (p0002, ... likewise; it asks for the passphrase)
  4. In OUT:               sha256sum -c SHA256SUMS

manifest.json or record.json maps each stored name to the original one ("storedPath" to "path") where they differ.
The .hmac beside it authenticates that file; VaultStream checks it with a key derived from the passphrase.
`

/** `manifest.RUN.7z` */
function manifestName(runId: string): string {
  return `manifest.${runId}.7z`
}

/** `parcel-0001.RUN.7z` */
function parcelRecordName(record: Pick<ParcelRecord, 'number' | 'runId'>): string {
  return `parcel-${String(record.number).padStart(4, '0')}.${record.runId}.7z`
}

/**
 * Stores a record as a small encrypted archive of readable files in the item's folder and proves it by reading it
 * back. A run's id is in its name, so a record never replaces that of an earlier run while it is being written.
 */
export async function publishRecord(record: Manifest | ParcelRecord, context: RecordContext): Promise<void> {
  const { remote, keys, settings, sevenZip, workspace, signal } = context
  const isManifest = record.format === 'vaultstream-manifest'
  const parcels = isManifest ? record.parcels : [record]
  const text = serialize(record)
  const jsonName = isManifest ? 'manifest.json' : 'record.json'
  const files: Record<string, string> = {
    [jsonName]: text,
    [`${jsonName}.hmac`]: `${keys.authenticate(record.itemId, text)}\n`,
    SHA256SUMS: fileSums(parcels),
    'VOLUMES.SHA256SUMS': volumeSums(parcels),
    'README.txt': README,
  }
  const folder = join(workspace.privateDir, `record-${randomBytes(6).toString('hex')}`)
  await mkdir(folder, { mode: 0o700 })
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content, { mode: 0o600 })
    const [archive] = await Array.fromAsync(
      sevenZip.create({
        archive: join(folder, 'record.7z'),
        folder,
        files: Object.keys(files),
        passphrase: settings.passphrase,
        compression: 'fast',
        // One volume: byte for byte the same as an archive without volumes.
        volumeBytes: 2 ** 40,
        signal,
      }),
    )
    const localPath = join(folder, 'record.7z')
    await rename(archive?.path ?? localPath, localPath)
    await sevenZip.test(localPath, settings.passphrase, signal)
    const name = isManifest ? manifestName(record.runId) : parcelRecordName(record)
    const remotePath = `${record.itemId}/${name}`
    await uploadProven(remote, { localPath, remotePath, signal }, await readFile(localPath))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The newest authentic manifest of an item, or null when the item has none: then it is not complete. One that cannot
 * be trusted, as a killed upload leaves it, does not hide a good one beside it.
 * @throws VaultError MANIFEST_INVALID when there are some and none can be trusted
 */
export async function findManifest(itemId: string, context: RecordContext): Promise<Manifest | null> {
  const entries = await context.remote.list(itemId, { signal: context.signal })
  const names = new Set(entries.filter(isManifestEntry).map((entry) => entry.name))
  const manifests: Manifest[] = []
  const refusals: VaultError[] = []
  for (const name of names) {
    try {
      manifests.push(await readManifest(itemId, name, context))
    } catch (thrown) {
      if (!(thrown instanceof VaultError) || thrown.code !== 'MANIFEST_INVALID') throw thrown
      refusals.push(thrown)
    }
  }
  const newest = manifests.sort((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1)
  if (newest === undefined && refusals[0] !== undefined) throw refusals[0]
  return newest ?? null
}

async function readManifest(itemId: string, name: string, context: RecordContext): Promise<Manifest> {
  const manifest = parseManifest(await readRecord(itemId, name, 'manifest.json', context))
  if (manifest.itemId !== itemId || manifestName(manifest.runId) !== name) throw untrusted()
  return manifest
}

function isManifestEntry(entry: RemoteEntry): boolean {
  return !entry.isFolder && /^manifest\.[a-z0-9-]+\.7z$/.test(entry.name)
}

/** Fetches a record and returns its JSON text, authenticated. */
async function readRecord(itemId: string, name: string, jsonName: string, context: RecordContext): Promise<string> {
  const { remote, sevenZip, settings, workspace, keys, signal } = context
  const folder = join(workspace.privateDir, `record-${randomBytes(6).toString('hex')}`)
  const into = join(folder, 'files')
  await mkdir(into, { recursive: true, mode: 0o700 })
  try {
    const localPath = join(folder, 'record.7z')
    await remote.download({ localPath, remotePath: `${itemId}/${name}`, signal })
    await sevenZip
      .extract({ archive: localPath, into, passphrase: settings.passphrase, signal })
      .catch((thrown: unknown) => {
        if (thrown instanceof VaultError && thrown.code === 'CANCELLED') throw thrown
        throw untrusted(thrown)
      })
    const text = await readFile(join(into, jsonName), 'utf8').catch(() => '')
    const mac = await readFile(join(into, `${jsonName}.hmac`), 'utf8').catch(() => '')
    if (!keys.isAuthentic(itemId, text, mac.trim())) throw untrusted()
    return text
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function untrusted(cause?: unknown): VaultError {
  return new VaultError('MANIFEST_INVALID', "The item's manifest at the remote is damaged or not authentic.", {
    stage: 'verify',
    hint: 'Do not trust this copy: run the item again from its source, or restore by hand what plain 7-Zip still opens.',
    cause,
  })
}
