import { refusal } from './refusal.ts'
import type { Torrent, TorrentFile } from './source.ts'

/**
 * The files a BEP 53 selection chooses, in torrent order; all of them for null.
 *
 * @param selection - zero-based places in the torrent's own list, pad files counted
 * @throws VaultError TORRENT_SELECTION when a place lies beyond the list or no file is left
 */
export function selectFiles(torrent: Torrent, selection: readonly number[] | null): readonly TorrentFile[] {
  if (selection === null) return torrent.files
  const chosen = new Set(selection)
  const count = torrent.files.at(-1)?.index ?? 0
  const hint = `Choose from 0 to ${String(count - 1)}, or leave the selection out to take every file.`
  if (selection.some((place) => place < 0 || place >= count)) {
    throw refusal('TORRENT_SELECTION', 'so', 'The selection names a file that the torrent does not have.', hint)
  }
  const files = torrent.files.filter((file) => chosen.has(file.index - 1))
  if (files.length === 0) throw refusal('TORRENT_SELECTION', 'so', 'The selection leaves no file to download.', hint)
  return files
}
