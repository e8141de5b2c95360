import type { StepContext } from './context.ts'
import type { Manifest, ParcelRecord } from './manifest.ts'
import type { ItemPlan, Proof, ProvenVolume } from './model.ts'
import { publishRecord } from './records.ts'

export interface Published {
  readonly manifest: Manifest
  readonly proof: Proof
}

/**
 * Publishes a record of each parcel when its last volume is proven, and at the end the manifest, which is what makes
 * the item complete. Both are read back before this returns.
 * @throws VaultError REMOTE_*, VOLUME_*, CANCELLED
 */
export async function publish(
  plan: ItemPlan,
  volumes: AsyncIterable<ProvenVolume>,
  context: StepContext,
): Promise<Published> {
  const parcels: ParcelRecord[] = []
  let proven: ProvenVolume[] = []
  let proof: Proof = 'readback'
  for await (const volume of volumes) {
    proven.push(volume)
    proof = volume.proof
    if (!volume.isLastOfParcel) continue
    const record = parcelRecord(plan, volume, proven)
    await publishRecord(record, context)
    parcels.push(record)
    proven = []
  }
  const manifest: Manifest = {
    format: 'vaultstream-manifest',
    version: 1,
    itemId: plan.id,
    runId: plan.runId,
    createdAt: new Date().toISOString(),
    label: plan.label,
    identity: plan.identity,
    fingerprint: plan.fingerprint,
    sizeBytes: parcels.flatMap((parcel) => parcel.files).reduce((sum, file) => sum + file.sizeBytes, 0),
    parcels,
  }
  await publishRecord(manifest, context)
  return { manifest, proof }
}

function parcelRecord(plan: ItemPlan, { parcel }: ProvenVolume, volumes: readonly ProvenVolume[]): ParcelRecord {
  return {
    format: 'vaultstream-parcel',
    version: 1,
    itemId: plan.id,
    runId: plan.runId,
    number: parcel.number,
    files: parcel.files,
    volumes: volumes.map(({ name, sizeBytes, sha256, nativeHash }) => ({ name, sizeBytes, sha256, nativeHash })),
  }
}
