import { closeSync, existsSync, openSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findOnPath } from './command.mjs'
import { MAY_INSTALL, aptInstall, aptUnpack, byHand } from './debian.mjs'
import { DEBIAN_ROOT, TOOLS_BIN } from './places.mjs'
import { SetupProblem } from './report.mjs'
import { writeUnpackedWrapper } from './wrapper.mjs'

/** Each is the name of its program and that of its package. */
const [GOCRYPTFS, FUSE] = [
  { program: 'gocryptfs', debian: 'gocryptfs' },
  { program: 'fusermount3', debian: 'fuse3' },
]

/**
 * What the tests of encrypted scratch need; users who do not ask for it do without. Where there is no FUSE, as in most
 * containers, the tests look at the refusal alone.
 * @returns {Promise<import('./report.mjs').Outcome>}
 */
export async function installScratchTools() {
  const missing = missingTools()
  if (missing.length === 0 || !hasFuse()) return { found: 'on the PATH, or of no use here' }
  const packages = missing.map((tool) => tool.debian)
  if (MAY_INSTALL) {
    await aptInstall(packages)
  } else {
    // Only root can give a program the right to mount for others.
    if (missing.includes(FUSE)) throw new SetupProblem(`missing: ${FUSE.program}`, byHand(packages))
    await aptUnpack(packages)
    const own = join('usr', 'bin', GOCRYPTFS.program)
    if (existsSync(join(DEBIAN_ROOT, own))) writeUnpackedWrapper(GOCRYPTFS.program, own)
  }
  const still = missingTools()
  if (still.length === 0) return { did: `${packages.join(', ')} ${MAY_INSTALL ? 'installed' : 'unpacked in .tools'}` }
  throw new SetupProblem(`missing: ${still.map((tool) => tool.program).join(', ')}`, byHand(packages))
}

function missingTools() {
  const searchPath = [TOOLS_BIN, process.env['PATH'] ?? ''].join(delimiter)
  return [GOCRYPTFS, FUSE].filter(({ program }) => findOnPath(program, searchPath) === undefined)
}

function hasFuse() {
  try {
    closeSync(openSync('/dev/fuse', 'r+'))
    return true
  } catch {
    return false
  }
}
