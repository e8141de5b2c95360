import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { counted } from '../counted.ts'
import { isNoSpace, VaultError } from '../errors.ts'
import { expandHome } from '../home.ts'
import type { Emit, RestorePhase } from '../events.ts'
import { checksum } from './checksum.ts'
import { fetchVolume, surveyVolumes } from './fetch.ts'
import { makeFolder } from './folder.ts'
import type { Manifest } from './manifest.ts'
import type { HashedFile, ParcelRecord } from './model.ts'
import { speedMeter } from './progress.ts'
import type { RecordContext } from './records.ts'
import { indexVolumes, type VolumeIndex } from './volume-faults.ts'

/** Of one name in a folder, on every Linux file system. */
const MAX_NAME_BYTES = 255

export interface RestoreContext extends RecordContext {
  readonly emit: Emit
}

/** What a restore brought back. */
export interface Restored {
  /** Absolute. */
  readonly folder: string
  readonly fileCount: number
  readonly sizeBytes: number
  /** Names that this disk cannot hold and what they became. */
  readonly renamed: readonly { readonly path: string; readonly storedPath: string }[]
}

/**
 * Brings an item back: looks that all volumes are there, fetches them parcel by parcel, checks each by its SHA-256,
 * extracts into a fresh folder beside the target, compares every file with the manifest, and only then moves the whole
 * into place. The target must be absent or empty; a failed restore leaves it as it was.
 * @throws VaultError RESTORE_TARGET, VOLUME_MISSING, VOLUME_DAMAGED, PASSPHRASE_WRONG, RESTORE_MISMATCH, DISK_FULL,
 *   REMOTE_*, CANCELLED
 */
export async function restore(manifest: Manifest, target: string, context: RestoreContext): Promise<Restored> {
  const folder = resolve(expandHome(target))
  await assertFree(folder)
  const staging = join(dirname(folder), `.restore-${randomBytes(6).toString('hex')}.part`)
  const fetched = `restore-${randomBytes(6).toString('hex')}`
  const renamed: { path: string; storedPath: string }[] = []
  const report = reporter(manifest, context)
  const index = indexVolumes(manifest.parcels)
  await assertAllThere(manifest, index, context)
  await makeFolder(staging)
  try {
    for (const parcel of manifest.parcels) {
      const extracted = join(staging, `parcel-${String(parcel.number)}`)
      await mkdir(extracted, { mode: 0o700 })
      const first = await fetchParcel(parcel, fetched, index, context, report)
      await context.sevenZip.extract({
        archive: first,
        into: extracted,
        passphrase: context.settings.passphrase,
        signal: context.signal,
      })
      await rm(dirname(first), { recursive: true, force: true })
      for (const file of parcel.files) {
        await compare(extracted, file, context.signal)
        report('compare', file.sizeBytes)
        const path = await place(extracted, join(staging, 'files'), file)
        if (path !== file.path) renamed.push({ path: file.path, storedPath: path })
      }
    }
    await rmdir(folder).catch(() => undefined)
    await rename(join(staging, 'files'), folder)
  } catch (thrown) {
    throw isNoSpace(thrown) ? diskFull(thrown) : thrown
  } finally {
    await rm(staging, { recursive: true, force: true })
    await context.workspace.wipeItem(fetched)
  }
  const fileCount = manifest.parcels.reduce((sum, parcel) => sum + parcel.files.length, 0)
  return { folder, fileCount, sizeBytes: manifest.sizeBytes, renamed }
}

/** The place must be free, and one where a folder can be made: seen before anything is fetched. */
async function assertFree(folder: string): Promise<void> {
  const stat = await lstat(folder).catch((error: unknown) => error as NodeJS.ErrnoException)
  const isFree =
    stat instanceof Error ? stat.code === 'ENOENT' : stat.isDirectory() && (await readdir(folder)).length === 0
  if (isFree) return
  throw new VaultError('RESTORE_TARGET', `${folder} is not a place for a new folder.`, {
    stage: 'restore',
    field: 'folder',
    hint: 'Name a folder that does not exist yet, or is empty: a restore never writes over anything.',
  })
}

/** What the listing tells is told before anything is fetched. */
async function assertAllThere(manifest: Manifest, index: VolumeIndex, context: RestoreContext): Promise<void> {
  const faults = await surveyVolumes(manifest.parcels, index, 'restore', context)
  const [first] = faults.values()
  if (first === undefined) return
  const others = faults.size - 1
  if (others === 0) throw first
  const message = `${first.message} ${counted(others, 'other volume')} ${others === 1 ? 'is' : 'are'} not as stored either.`
  throw new VaultError(first.code, message, {
    stage: 'restore',
    retryable: true,
    hint: `${first.hint} \`await vault.verify(id)\` names all of them.`,
  })
}

type Report = (phase: RestorePhase, bytes: number) => void

/** Adds up bytes phase by phase. */
function reporter(manifest: Manifest, { emit }: RestoreContext): Report {
  const storedBytes = manifest.parcels
    .flatMap((parcel) => parcel.volumes)
    .reduce((sum, volume) => sum + volume.sizeBytes, 0)
  const meters = { fetch: speedMeter(storedBytes), compare: speedMeter(manifest.sizeBytes) }
  const done = { fetch: 0, compare: 0 }
  return (phase, bytes) => {
    if (phase !== 'fetch' && phase !== 'compare') return
    done[phase] += bytes
    emit({ type: 'restore.progress', id: manifest.itemId, phase, progress: meters[phase](done[phase]) })
  }
}

/** Fetches a parcel's volumes into the workspace, each checked, and returns the first one's path. */
async function fetchParcel(
  parcel: ParcelRecord,
  fetched: string,
  index: VolumeIndex,
  context: RestoreContext,
  report: Report,
): Promise<string> {
  const { remote, workspace, signal } = context
  const folder = join(await workspace.itemFolder(fetched), String(parcel.number))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const volume of parcel.volumes) {
    await fetchVolume(parcel, volume, folder, 'restore', { remote, signal, index })
    report('fetch', volume.sizeBytes)
  }
  return join(folder, parcel.volumes[0]?.name ?? '')
}

/** A file that came out of an archive must be a regular file with exactly the bytes that went in. */
async function compare(folder: string, file: HashedFile, signal: AbortSignal | undefined): Promise<void> {
  const path = join(folder, file.storedPath)
  const stat = await lstat(path).catch(() => null)
  if (stat?.isFile() === true && stat.size === file.sizeBytes && (await sha256Of(path, signal)) === file.sha256) return
  throw new VaultError('RESTORE_MISMATCH', 'A restored file is not what went into the vault.', {
    stage: 'restore',
    hint: 'Nothing was written to the target folder. Verify the item; the copy at the remote may have been replaced.',
  })
}

/** Moves a file to its original name; a part of it that no disk holds stays as stored. Returns the name it got. */
async function place(from: string, to: string, file: HashedFile): Promise<string> {
  const stored = file.storedPath.split('/')
  const parts = file.path
    .split('/')
    .map((part, index) => (Buffer.byteLength(part) > MAX_NAME_BYTES ? stored[index] : part))
  const name = parts.join('/')
  const source = join(from, file.storedPath)
  const target = join(to, name)
  // Most files share a folder that is there already: one call instead of two.
  await rename(source, target).catch(async (thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await rename(source, target)
  })
  return name
}

async function sha256Of(path: string, signal: AbortSignal | undefined): Promise<string> {
  return (await checksum(path, ['sha256'], signal)).sha256
}

function diskFull(cause: unknown): VaultError {
  return new VaultError('DISK_FULL', 'The disk filled up while restoring.', {
    stage: 'restore',
    retryable: true,
    hint: 'Make room, or restore to another disk; the target folder was not touched.',
    cause,
  })
}
