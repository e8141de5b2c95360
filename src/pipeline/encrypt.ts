import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { RemoteHash } from '../tools/rclone.ts'
import { assertListing, type VolumeFile } from '../tools/sevenzip.ts'
import { checksum } from './checksum.ts'
import type { StepContext } from './context.ts'
import type { DownloadedParcel, ItemPlan, SealedVolume } from './model.ts'
import { counted, startStage } from './progress.ts'

/**
 * Turns each parcel into one encrypted archive and yields its volumes once the whole archive was tested, its listing
 * compared with the files it was made from, and found unreadable without the passphrase.
 * @throws VaultError ENCRYPT_FAILED, ARCHIVE_*, DISK_FULL, CANCELLED
 */
export async function* encrypt(
  plan: ItemPlan,
  parcels: AsyncIterable<DownloadedParcel>,
  context: StepContext,
): AsyncGenerator<SealedVolume> {
  const folder = join(await context.workspace.itemFolder(context.item), 'volumes')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  let stage: ReturnType<typeof startStage> | undefined
  let doneBytes = 0
  let volumeCount = 0
  for await (const parcel of parcels) {
    stage ??= startStage('encrypt', plan.sizeBytes, context)
    const parcelBytes = parcel.files.reduce((sum, file) => sum + file.sizeBytes, 0)
    const current =
      plan.parcels.length > 1 ? `parcel ${String(parcel.number)} of ${String(plan.parcels.length)}` : undefined
    const before = doneBytes
    const volumes = await seal(parcel, folder, context, (fraction) =>
      stage?.advance(before + fraction * parcelBytes, current),
    )
    doneBytes += parcelBytes
    stage.advance(doneBytes, current)
    volumeCount += volumes.length
    if (parcel.number === plan.parcels.length) stage.end(counted(volumeCount, 'volume'))
    yield* volumes
  }
}

async function seal(
  parcel: DownloadedParcel,
  folder: string,
  { sevenZip, settings, remote, signal }: StepContext,
  onProgress: (fraction: number) => void,
): Promise<SealedVolume[]> {
  const { passphrase, compression, volumeBytes } = settings
  const archive = join(folder, `p${String(parcel.number).padStart(4, '0')}.7z`)
  const volumes = await Array.fromAsync(
    sevenZip.create({
      archive,
      folder: parcel.folder,
      files: parcel.files.map((file) => file.storedPath),
      passphrase,
      compression,
      volumeBytes,
      signal,
      onProgress,
    }),
  )
  const first = volumes[0]?.path ?? archive
  await sevenZip.test(first, passphrase, signal)
  assertListing(await sevenZip.list(first, passphrase, signal), parcel.files)
  await sevenZip.assertLocked(first, signal)
  const sealed: SealedVolume[] = []
  for (const volume of volumes) {
    sealed.push({
      parcel,
      number: volume.number,
      isLastOfParcel: volume.number === volumes.length,
      name: basename(volume.path),
      localPath: volume.path,
      sizeBytes: volume.sizeBytes,
      ...(await hashVolume(volume, remote.hashFor(volume.sizeBytes), signal)),
    })
  }
  return sealed
}

/** Reads a volume once, for our own hash and for the one the remote can be asked for. */
async function hashVolume(
  volume: VolumeFile,
  native: RemoteHash | null,
  signal: AbortSignal | undefined,
): Promise<Pick<SealedVolume, 'sha256' | 'nativeHash'>> {
  const sums = await checksum(volume.path, native === null ? ['sha256'] : ['sha256', native], signal)
  return { sha256: sums.sha256, nativeHash: native === null ? null : { algorithm: native, hex: sums[native] } }
}
