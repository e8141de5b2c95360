import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { VolumeFile } from './archive.ts'

/**
 * The `.NNN` volumes of `archive` (its name without number) that are on the disk, in order.
 * @param isWritten - it is being written: `.NNN.tmp` counts as well, and one that goes meanwhile does not
 */
export async function findVolumes(archive: string, isWritten = false): Promise<VolumeFile[]> {
  const folder = dirname(archive)
  const prefix = `${basename(archive)}.`
  const pattern = isWritten ? /^(\d{3,})(?:\.tmp)?$/ : /^(\d{3,})$/
  const found: VolumeFile[] = []
  for (const name of await readdir(folder)) {
    const digits = name.startsWith(prefix) ? pattern.exec(name.slice(prefix.length))?.[1] : undefined
    if (digits === undefined) continue
    const path = join(folder, name)
    const status = await stat(path).catch((thrown: unknown) => {
      if (isWritten) return null
      throw thrown
    })
    if (status !== null) found.push({ path, number: Number(digits), sizeBytes: status.size })
  }
  return found.sort((a, b) => a.number - b.number)
}
