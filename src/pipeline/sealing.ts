import { lstat, rm, truncate } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { VaultError } from '../errors.ts'
import type { VolumeFile } from '../tools/sevenzip.ts'
import { checksum } from './checksum.ts'
import type { StepContext } from './context.ts'
import { journal } from './journal.ts'
import type { FilesParcel, HashedFile, PlannedFile, SealedVolume } from './model.ts'

/** `p0001.7z` */
export function archiveName(parcel: number): string {
  return `p${String(parcel).padStart(4, '0')}.7z`
}

/**
 * Reads a parcel's files once, for both checksums. Only regular files of the planned size pass.
 * @throws VaultError DOWNLOAD_MISMATCH
 */
export async function hashFiles(parcel: FilesParcel, signal: AbortSignal | undefined): Promise<HashedFile[]> {
  const hashed: HashedFile[] = []
  for (const file of parcel.files) {
    const path = join(parcel.folder, file.storedPath)
    const stat = await lstat(path).catch(() => null)
    if (stat?.isFile() !== true || (file.sizeBytes !== null && stat.size !== file.sizeBytes)) throw mismatch(file)
    const { sizeBytes, sha256, crc32 } = await checksum(path, ['sha256', 'crc32'], signal)
    if (sizeBytes !== stat.size) throw mismatch(file)
    hashed.push(hashedFile(file, { sizeBytes, sha256, crc32 }))
  }
  return hashed
}

export function hashedFile(
  { path, storedPath }: PlannedFile,
  { sizeBytes, sha256, crc32 }: Pick<HashedFile, 'sizeBytes' | 'sha256' | 'crc32'>,
): HashedFile {
  return { path, storedPath, sizeBytes, sha256, crc32: crc32.toUpperCase() }
}

/**
 * Reads a volume once, for our own hash and for the one the remote can be asked for.
 * @param onBlock - gets every block of it, to be used at once
 */
export async function describeVolume(
  volume: VolumeFile,
  parcel: number,
  { remote, signal }: StepContext,
  onBlock?: (block: Uint8Array) => void,
): Promise<Omit<SealedVolume, 'completes' | 'onRemoved'>> {
  const { number, path, sizeBytes } = volume
  const native = remote.hashFor(sizeBytes)
  const sums = await checksum(path, native === null ? ['sha256'] : ['sha256', native], signal, onBlock)
  return {
    parcel,
    number,
    name: basename(path),
    localPath: path,
    sizeBytes,
    sha256: sums.sha256,
    nativeHash: native === null ? null : { algorithm: native, hex: sums[native] },
  }
}

/** Removes the files of a parcel whose archive was tested whole; step by step they stay until the wipe. */
export async function removeSealed(parcel: FilesParcel, context: StepContext): Promise<void> {
  if (context.isStepwise === true) return
  await journal(await context.workspace.itemFolder(context.item), { act: 'sealed', parcel: parcel.number })
  for (const { storedPath } of parcel.files) {
    const path = join(parcel.folder, storedPath)
    // aria2 may hold it open while others arrive: only what is cut off gives its room back at once.
    await truncate(path)
    await rm(path)
  }
  parcel.room.freePlain()
}

function mismatch(file: PlannedFile): VaultError {
  return new VaultError(
    'DOWNLOAD_MISMATCH',
    `File ${String(file.index)} does not have the size its source announced.`,
    {
      stage: 'download',
      retryable: true,
      hint: 'Run it again; if it persists, the source is broken.',
    },
  )
}
