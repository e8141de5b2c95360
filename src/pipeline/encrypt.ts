import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { assertListing, type VolumeFile } from '../tools/sevenzip.ts'
import type { StepContext } from './context.ts'
import { streamArchive } from './encrypt-stream.ts'
import type { DownloadedParcel, FilesParcel, HashedFile, ItemPlan, SealedVolume } from './model.ts'
import { leavesWhileWritten, volumeBytesFor } from './needs.ts'
import { sizeOf } from './parcels.ts'
import { counted, startStage, waitingIn } from './progress.ts'
import { archiveName, describeVolume, hashFiles, sealParcel, type DescribedVolume } from './sealing.ts'
import { inSlot } from './slots.ts'

/**
 * Turns each parcel into one encrypted archive and hands its volumes on: once the whole archive was tested, its
 * listing compared with the files it was made from, and found unreadable without the passphrase; those of a larger
 * one while it is written, and the last of them after the same proof.
 * @throws VaultError ENCRYPT_FAILED, DOWNLOAD_MISMATCH, ARCHIVE_*, DISK_FULL, CANCELLED
 */
export async function* encrypt(
  plan: ItemPlan,
  parcels: AsyncIterable<DownloadedParcel>,
  context: StepContext,
): AsyncGenerator<SealedVolume> {
  let stage: ReturnType<typeof startStage> | undefined
  let doneBytes = 0
  let parcelCount = 0
  let volumeCount = 0
  for await (const parcel of parcels) {
    stage ??= startStage('encrypt', plan.sizeBytes, context)
    const current =
      plan.parcels.length > 1 ? `parcel ${String(parcel.number)} of ${String(plan.parcels.length)}` : undefined
    const before = doneBytes
    const progress = (bytes: number): void => stage?.advance(before + bytes, current)
    const leavesEarly = parcel.kind === 'stream' || leavesWhileWritten(parcel.files, context)
    const folder = await volumeFolder(leavesEarly, context)
    const volumes = leavesEarly
      ? streamArchive(plan, parcel, folder, context, progress)
      : wholeArchive(plan, parcel, folder, context, progress)
    try {
      for await (const volume of volumes) {
        volumeCount++
        if (volume.completes !== null) {
          doneBytes += volume.completes.record.files.reduce((sum, file) => sum + file.sizeBytes, 0)
          stage.advance(doneBytes, current)
          if (++parcelCount === plan.parcels.length) stage.end(counted(volumeCount, 'volume'))
        }
        yield volume
      }
    } catch (thrown) {
      // Told before the download is stopped: that, too, would look like a failure.
      context.abandon?.(thrown)
      throw thrown
    }
  }
}

/** In memory only what leaves as it is written: of that there are never more than a few volumes. */
async function volumeFolder(leavesEarly: boolean, { workspace, item, settings }: StepContext): Promise<string> {
  const isInMemory = leavesEarly && settings.volumesInMemory
  const parent = isInMemory ? await workspace.memoryFolder(item) : await workspace.itemFolder(item)
  const folder = join(parent, 'volumes')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** One archive, tested whole before its first volume is handed on; then its files are no longer needed. */
async function* wholeArchive(
  plan: ItemPlan,
  parcel: FilesParcel,
  folder: string,
  context: StepContext,
  onProgress: (doneBytes: number) => void,
): AsyncGenerator<SealedVolume> {
  const { slots, signal } = context
  const { room, number } = parcel
  await room.seal(waitingIn('encrypt', context))
  const archive = join(folder, archiveName(number))
  const { volumes, files } = await inSlot(slots.encrypt, 'encrypt', { signal }, () =>
    makeArchive(parcel, archive, context, onProgress),
  )
  const described: DescribedVolume[] = []
  for (const volume of volumes) {
    described.push(await describeVolume(volume, { parcel: number, runId: plan.runId }, context))
  }
  const sealed = await sealParcel(plan, parcel, files, described, context)
  for (const volume of described) {
    const isLast = volume === described.at(-1)
    yield {
      ...volume,
      completes: isLast ? sealed : null,
      onRemoved: () => {
        room.freeSealed(volume.sizeBytes)
        if (isLast) room.release()
      },
    }
  }
}

async function makeArchive(
  parcel: FilesParcel,
  archive: string,
  context: StepContext,
  onProgress: (doneBytes: number) => void,
): Promise<{ volumes: VolumeFile[]; files: HashedFile[] }> {
  const { sevenZip, signal, settings } = context
  const { passphrase, compression } = settings
  const parcelBytes = sizeOf(parcel.files) ?? 0
  // Side by side: both read the same pages. Neither is left behind when the other fails.
  const [made, hashed] = await Promise.allSettled([
    Array.fromAsync(
      sevenZip.create({
        archive,
        folder: parcel.folder,
        files: parcel.files.map((file) => file.storedPath),
        passphrase,
        compression,
        volumeBytes: volumeBytesFor(parcelBytes, context),
        signal,
        onProgress: (fraction) => {
          onProgress(fraction * parcelBytes)
        },
      }),
    ),
    hashFiles(parcel, signal),
  ])
  if (hashed.status === 'rejected') throw hashed.reason
  if (made.status === 'rejected') throw made.reason
  const [volumes, files] = [made.value, hashed.value]
  const first = volumes[0]?.path ?? archive
  await sevenZip.test(first, passphrase, signal)
  assertListing(await sevenZip.list(first, passphrase, signal), files)
  await sevenZip.assertLocked(first, signal)
  return { volumes, files }
}
