import { VaultError } from '../errors.ts'
import type { RemoteEntry } from '../tools/rclone.ts'
import type { StepContext } from './context.ts'
import type { Manifest } from './manifest.ts'
import type { ItemPlan, ParcelRecord } from './model.ts'
import { proveObject } from './proof.ts'
import { findManifest, findParcels, isOfPlan } from './records.ts'
import { isFault, volumePath } from './volume-faults.ts'

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
    if (await areAllThere(manifest.parcels, context)) return manifest
    context.emit({
      type: 'warning',
      item: context.item,
      message: 'The remote held this item, but not all of it any more.',
      hint: 'Nothing to do: it is stored anew.',
    })
  }
  return null
}

/**
 * The same for single parcels, that a run which did not come to its end left complete: one record of each at the most. At
 * level `deep` their volumes are read back before they count.
 */
export async function findStoredParcels(plan: ItemPlan, context: StepContext): Promise<ParcelRecord[]> {
  const isThere = presence(context)
  const found = new Map<number, ParcelRecord>()
  for (const record of await findParcels(plan.id, context)) {
    if (found.has(record.number) || !isOfPlan(record, plan) || !(await isThere(record))) continue
    if (context.settings.verify === 'deep' && !(await isWhole(record, context))) continue
    found.set(record.number, record)
  }
  return [...found.values()].sort((a, b) => a.number - b.number)
}

/**
 * Tells whether all volumes of a record are at the remote: once each, of the right size, and of the right content where
 * the remote has a hash that tells. Looks at the folder of each run once.
 */
export function presence({ remote, signal }: StepContext): (record: ParcelRecord) => Promise<boolean> {
  const folders = new Map<string, Promise<RemoteEntry[]>>()
  return async ({ itemId, runId, volumes }) => {
    const hash = volumes[0]?.nativeHash?.algorithm
    const key = `${itemId}/${runId} ${hash ?? ''}`
    const listing = folders.get(key) ?? remote.list(`${itemId}/${runId}`, { hash, signal })
    folders.set(key, listing)
    const entries = await listing
    return volumes.every(({ name, sizeBytes, nativeHash }) => {
      const [entry, ...others] = entries.filter((candidate) => candidate.name === name)
      if (entry === undefined || others.length > 0 || entry.sizeBytes !== sizeBytes) return false
      return nativeHash === null || entry.hash === null || entry.hash === nativeHash.hex
    })
  }
}

async function isWhole(record: ParcelRecord, { remote, signal, gate }: StepContext): Promise<boolean> {
  for (const volume of record.volumes) {
    await gate.whenOpen('download', signal)
    try {
      await proveObject(remote, volumePath(record, volume.name), volume, { level: 'deep', signal })
    } catch (thrown) {
      if (isFault(thrown)) return false
      throw thrown
    }
  }
  return true
}

function nullIfUntrusted(thrown: unknown): null {
  if (thrown instanceof VaultError && thrown.code === 'MANIFEST_INVALID') return null
  throw thrown
}

async function areAllThere(records: readonly ParcelRecord[], context: StepContext): Promise<boolean> {
  const isThere = presence(context)
  for (const record of records) if (!(await isThere(record))) return false
  return true
}
