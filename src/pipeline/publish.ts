import type { StepContext } from './context.ts'
import type { Manifest } from './manifest.ts'
import type { ItemPlan, ParcelRecord, Proof, ProvenVolume, SealedParcel } from './model.ts'
import { publishManifest, publishParcel } from './records.ts'
import type { Resumed } from './resume.ts'

export interface Published {
  readonly manifest: Manifest
  /** Null when every volume was proven by an earlier run. */
  readonly proof: Proof | null
}

/**
 * Publishes the record of each parcel when its last volume is proven, and at the end the manifest, which is what makes
 * the item complete. Both are read back before this returns.
 * @throws VaultError REMOTE_*, VOLUME_*, CANCELLED
 */
export async function publish(
  plan: ItemPlan,
  volumes: AsyncIterable<ProvenVolume>,
  { stored, proven }: Pick<Resumed, 'stored' | 'proven'>,
  context: StepContext,
): Promise<Published> {
  const { gate, signal } = context
  const parcels: ParcelRecord[] = [...stored]
  const publishRecord = async (sealed: SealedParcel): Promise<void> => {
    await gate.whenOpen('verify', signal)
    await publishParcel(sealed, context)
    parcels.push(sealed.record)
  }
  for (const sealed of proven) await publishRecord(sealed)
  let proof: Proof | null = null
  for await (const volume of volumes) {
    proof = volume.proof
    if (volume.completes !== null) await publishRecord(volume.completes)
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
  await gate.whenOpen('verify', signal)
  await publishManifest(manifest, context)
  return { manifest, proof }
}
