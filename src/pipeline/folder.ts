import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder (0700) and those above it that are not there, wherever a user may point; one that is there stays as it is.
 * Node's own `recursive` tries for ever where the system makes no folders, as below /proc (24.21).
 * @throws what `mkdir` throws
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    // A link to a folder is one, and a file in its place is for the next call to complain of.
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw thrown
    await makeFolder(dirname(path))
    await mkdir(path, { mode: 0o700 })
  }
}
