import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { VolumeFile } from './archive.ts'

/** The `.NNN` volumes of `archive` (its name without number) that are on the disk, in order. */
export async function findVolumes(archive: string): Promise<VolumeFile[]> {
  const prefix = `${basename(archive)}.`
  const names = await readdir(dirname(archive))
  const numbered = names.flatMap((name) => {
    const digits = name.startsWith(prefix) ? name.slice(prefix.length) : ''
    return /^\d{3,}$/.test(digits) ? [{ path: join(dirname(archive), name), number: Number(digits) }] : []
  })
  numbered.sort((a, b) => a.number - b.number)
  return Promise.all(numbered.map(async ({ path, number }) => ({ number, path, sizeBytes: (await stat(path)).size })))
}
