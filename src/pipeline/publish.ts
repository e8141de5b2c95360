import type { StepContext } from './context.ts'
import type { Manifest, ParcelRecord } from './manifest.ts'
import type { HashedFile, ItemPlan, Proof, ProvenVolume } from './model.ts'
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
  const proven = new Map<number, ProvenVolume[]>()
  let proof: Proof = 'readback'
  for await (const volume of volumes) {
    const ofParcel = [...(proven.get(volume.parcel) ?? []), volume]
    proven.set(volume.parcel, ofParcel)
    proof = volume.proof
    if (volume.completes === null) continue
    const record = parcelRecord(plan, volume.parcel, volume.completes, ofParcel)
    await publishRecord(record, context)
    parcels.push(record)
    proven.delete(volume.parcel)
  }
  parcels.sort((a, b) => a.number - b.number)
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

function parcelRecord(
  plan: ItemPlan,
  number: number,
  files: readonly HashedFile[],
  volumes: readonly ProvenVolume[],
): ParcelRecord {
  return {
    format: 'vaultstream-parcel',
    version: 1,
    itemId: plan.id,
    runId: plan.runId,
    number,
    files,
    volumes: volumes
      .toSorted((a, b) => a.number - b.number)
      .map(({ name, sizeBytes, sha256, nativeHash }) => ({ name, sizeBytes, sha256, nativeHash })),
  }
}
