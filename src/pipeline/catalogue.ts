import { VaultError } from '../errors.ts'
import type { Manifest } from './manifest.ts'
import { ITEM_ID } from './keys.ts'
import { findManifest, type RecordContext } from './records.ts'

/** An item as the remote holds it. */
export interface StoredItem {
  readonly id: string
  /** `complete`: it has an authentic manifest. `incomplete`: none yet. `unreadable`: one that cannot be trusted. */
  readonly status: 'complete' | 'incomplete' | 'unreadable'
  /** Null unless complete. */
  readonly label: string | null
  readonly sizeBytes: number | null
  readonly fileCount: number | null
  /** ISO 8601, UTC. */
  readonly storedAt: string | null
}

/** The items of a vault, read from the remote alone. */
export interface Catalogue {
  /** Newest first. */
  list(): Promise<StoredItem[]>
  /** @throws VaultError ITEM_UNKNOWN, MANIFEST_INVALID */
  get(id: string): Promise<Manifest>
}

/** Manifests read at the same time: each costs a download and a short 7-Zip run. */
const READERS = 4

export function catalogue(context: RecordContext): Catalogue {
  const { remote, signal } = context
  const get = async (id: string): Promise<Manifest> => {
    const manifest = ITEM_ID.test(id) ? await findManifest(id, context) : null
    if (manifest !== null) return manifest
    throw new VaultError('ITEM_UNKNOWN', 'The remote holds no complete item of this id.', {
      stage: 'restore',
      field: 'id',
      hint: '`await vault.list()` shows what it holds.',
    })
  }
  return {
    get,
    async list() {
      const entries = await remote.list('', { signal })
      const ids = entries.filter((entry) => entry.isFolder && ITEM_ID.test(entry.name)).map((entry) => entry.name)
      const items: StoredItem[] = []
      const read = async (): Promise<void> => {
        for (let id = ids.shift(); id !== undefined; id = ids.shift()) items.push(await describe(id, context))
      }
      await Promise.all(Array.from({ length: READERS }, read))
      return items.sort((a, b) => (b.storedAt ?? '').localeCompare(a.storedAt ?? '') || a.id.localeCompare(b.id))
    },
  }
}

async function describe(id: string, context: RecordContext): Promise<StoredItem> {
  const nothing = { id, label: null, sizeBytes: null, fileCount: null, storedAt: null }
  try {
    const manifest = await findManifest(id, context)
    if (manifest === null) return { ...nothing, status: 'incomplete' }
    const fileCount = manifest.parcels.reduce((sum, parcel) => sum + parcel.files.length, 0)
    const { label, sizeBytes, createdAt } = manifest
    return { id, status: 'complete', label, sizeBytes, fileCount, storedAt: createdAt }
  } catch (thrown) {
    if (thrown instanceof VaultError && thrown.code === 'MANIFEST_INVALID') return { ...nothing, status: 'unreadable' }
    throw thrown
  }
}
