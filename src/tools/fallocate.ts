import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from '../errors.ts'
import { findProgram, runTool } from './process.ts'

const PROBE_BYTES = 1024 * 1024

/**
 * Gives the room of a part of a file back to the disk; what is read there from then on is zeros, and its size stays.
 * @param path - in argv: a neutral one
 * @throws VaultError TOOL_FAILED where the program or the file system cannot
 * @see fallocate(1) of util-linux 2.38
 */
export async function punchHole(path: string, offsetBytes: number, lengthBytes: number): Promise<void> {
  const program = findProgram(['fallocate'])
  const args = ['--punch-hole', '--offset', String(offsetBytes), '--length', String(lengthBytes), path]
  const exit = program === undefined ? null : await runTool({ program, args })
  if (exit?.code === 0) return
  throw new VaultError('TOOL_FAILED', 'Room of a file that was read could not be given back to the disk.', {
    stage: 'download',
    hint: 'Point `workspace` to a disk with an ordinary Linux file system (ext4, xfs, btrfs, tmpfs).',
  })
}

/** Whether {@link punchHole} works in a folder: tried on a file there. */
export async function canPunchHoles(folder: string): Promise<boolean> {
  const scratch = await mkdtemp(join(folder, 'punch-')).catch(() => null)
  if (scratch === null) return false
  try {
    const path = join(scratch, 'probe')
    await writeFile(path, Buffer.alloc(PROBE_BYTES, 1))
    const before = await stat(path)
    await punchHole(path, 0, PROBE_BYTES)
    const after = await stat(path)
    return after.size === PROBE_BYTES && after.blocks < before.blocks
  } catch {
    return false
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
