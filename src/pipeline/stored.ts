import { VaultError } from '../errors.ts'
import type { Remote } from '../tools/rclone.ts'
import type { StepContext } from './context.ts'
import type { Manifest, ParcelRecord } from './manifest.ts'
import type { ItemPlan } from './model.ts'
import { findManifest } from './records.ts'

/**
 * The manifest of a complete copy made from the same content, if the remote holds one and all of its volumes are
 * there: once each, of the right size, and of the right content where the remote has a hash that tells. Null also
 * when the caller wants a new copy, or when the manifest there cannot be trusted.
 */
export async function findStored(plan: ItemPlan, context: StepContext): Promise<Manifest | null> {
  if (context.again === true) return null
  for (const id of context.keys.itemIds(plan.identity)) {
    const manifest = await findManifest(id, context).catch(nullIfUntrusted)
    if (manifest?.fingerprint !== plan.fingerprint) continue
    if (await isAllThere(manifest, context)) return manifest
    context.emit({
      type: 'warning',
      item: context.item,
      message: 'The remote held this item, but not all of it any more.',
      hint: 'Nothing to do: it is stored anew.',
    })
  }
  return null
}

function nullIfUntrusted(thrown: unknown): null {
  if (thrown instanceof VaultError && thrown.code === 'MANIFEST_INVALID') return null
  throw thrown
}

async function isAllThere(manifest: Manifest, { remote, signal }: StepContext): Promise<boolean> {
  for (const parcel of manifest.parcels) {
    if (!(await isParcelThere(manifest.itemId, parcel, remote, signal))) return false
  }
  return true
}

async function isParcelThere(
  itemId: string,
  parcel: ParcelRecord,
  remote: Remote,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const hash = parcel.volumes[0]?.nativeHash?.algorithm
  const entries = await remote.list(`${itemId}/${parcel.runId}`, { hash, signal })
  return parcel.volumes.every(({ name, sizeBytes, nativeHash }) => {
    const [entry, ...others] = entries.filter((candidate) => candidate.name === name)
    if (entry === undefined || others.length > 0 || entry.sizeBytes !== sizeBytes) return false
    return nativeHash === null || entry.hash === null || entry.hash === nativeHash.hex
  })
}
