import { appendFile, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Proof, SealedVolume } from './model.ts'

/**
 * What an item's journal says, one line of JSON each, written and synced before the act it announces. It holds no name
 * of content, lies in the item's folder of the workspace and goes with it.
 */
export type JournalEntry =
  /** Before the first byte is fetched. */
  | { readonly act: 'begin'; readonly itemId: string; readonly runId: string; readonly parcelCount: number }
  /** Before a parcel's files go: its archive was tested whole, and its volumes are here or proven. */
  | { readonly act: 'sealed'; readonly parcel: number }
  /** Before a volume goes: its copy at the remote was proven. */
  | {
      readonly act: 'proven'
      readonly volume: Pick<SealedVolume, 'name' | 'sizeBytes' | 'sha256'>
      readonly proof: Proof
    }
  /** Before everything goes: the manifest is at the remote. */
  | { readonly act: 'published' }

const JOURNAL = 'journal.ndjson'

/** Appends to the journal in an item's folder; resolves once it is on the disk. */
export async function journal(itemFolder: string, entry: JournalEntry): Promise<void> {
  const line = `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`
  await appendFile(join(itemFolder, JOURNAL), line, { mode: 0o600, flush: true })
  if (entry.act === 'begin') await syncFolder(itemFolder)
}

/** A file that is new is on the disk only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r')
  await handle.sync()
}
