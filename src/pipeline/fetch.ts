import { join } from 'node:path'
import { VaultError, type Stage } from '../errors.ts'
import type { Remote } from '../tools/rclone.ts'
import { checksum } from './checksum.ts'
import type { ParcelRecord, StoredVolume } from './model.ts'
import { differs, sha256At, soleEntry } from './proof.ts'
import { isFault, missingAt, volumePath, type VolumeIndex } from './volume-faults.ts'

export interface FetchContext {
  readonly remote: Remote
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks at what listings alone tell of parcels, one a run: volumes that are missing, there more than once, or of
 * another size. What is of another volume's size is read, to tell whether it is that one.
 * @returns the faults by path, in volume order; all of them
 */
export async function surveyVolumes(
  parcels: readonly ParcelRecord[],
  index: VolumeIndex,
  stage: Stage,
  { remote, signal }: FetchContext,
): Promise<Map<string, VaultError>> {
  const listings = new Map<string, Awaited<ReturnType<Remote['list']>>>()
  const faults = new Map<string, VaultError>()
  for (const parcel of parcels) {
    const folder = `${parcel.itemId}/${parcel.runId}`
    const entries = listings.get(folder) ?? (await remote.list(folder, { signal }))
    listings.set(folder, entries)
    for (const volume of parcel.volumes) {
      const path = volumePath(parcel, volume.name)
      try {
        const entry = soleEntry(entries, path, stage)
        if (entry.sizeBytes === volume.sizeBytes) continue
        const holds = index.hasSize(entry.sizeBytes)
          ? index.nameOf('sha256', await sha256At(remote, path, signal))
          : undefined
        throw differs(path, entry, volume, holds, stage)
      } catch (thrown) {
        if (!isFault(thrown)) throw thrown
        faults.set(path, thrown)
      }
    }
  }
  return faults
}

/**
 * Fetches one volume into a folder and checks its SHA-256.
 * @returns its local path
 * @throws VaultError VOLUME_MISSING, VOLUME_DAMAGED, DISK_FULL, REMOTE_*, CANCELLED
 */
export async function fetchVolume(
  parcel: ParcelRecord,
  volume: StoredVolume,
  folder: string,
  stage: Stage,
  {
    remote,
    signal,
    index,
    onProgress,
  }: FetchContext & { index: VolumeIndex; onProgress?: (doneBytes: number) => void },
): Promise<string> {
  const localPath = join(folder, volume.name)
  const remotePath = volumePath(parcel, volume.name)
  await remote
    .download({ localPath, remotePath, signal, ...(onProgress === undefined ? {} : { onProgress }) })
    .catch((thrown: unknown) => {
      throw thrown instanceof VaultError && thrown.code === 'REMOTE_NOT_FOUND' ? missingAt(remotePath, stage) : thrown
    })
  const found = await checksum(localPath, ['sha256'], signal)
  if (found.sha256 === volume.sha256) return localPath
  throw differs(remotePath, found, volume, index.nameOf('sha256', found.sha256), stage)
}
