import type { StepContext } from './context.ts'
import type { ItemPlan, SealedVolume, UploadedVolume } from './model.ts'
import { counted, startStage } from './progress.ts'

/**
 * Copies each volume to the remote, under the run's own folder, and hands it on. A copy that came back without an
 * error proves nothing yet: that is the next step's work.
 * @throws VaultError REMOTE_*, CANCELLED
 */
export async function* upload(
  plan: ItemPlan,
  volumes: AsyncIterable<SealedVolume>,
  context: StepContext,
): AsyncGenerator<UploadedVolume> {
  let stage: ReturnType<typeof startStage> | undefined
  let doneBytes = 0
  let count = 0
  for await (const volume of volumes) {
    stage ??= startStage('upload', plan.sizeBytes, context)
    const before = doneBytes
    const current = `volume ${String(++count)}`
    const uploaded = await uploadVolume(plan, volume, context, (bytes) => stage?.advance(before + bytes, current))
    doneBytes += volume.sizeBytes
    stage.advance(doneBytes, current)
    if (volume.isLastOfParcel && volume.parcel.number === plan.parcels.length) {
      stage.end(counted(count, 'object'))
    }
    yield uploaded
  }
}

/** Copies one volume, also again after its copy was found to differ. */
export async function uploadVolume(
  plan: ItemPlan,
  volume: SealedVolume,
  { remote, signal }: StepContext,
  onProgress?: (doneBytes: number) => void,
): Promise<UploadedVolume> {
  const remotePath = `${plan.id}/${plan.runId}/${volume.name}`
  await remote.upload({
    localPath: volume.localPath,
    remotePath,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  return { ...volume, remotePath }
}
