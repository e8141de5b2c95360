import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { findOnPath, lastWords, run } from './command.mjs'
import { DEBIAN_ROOT, TOOLS } from './places.mjs'
import { SetupProblem } from './report.mjs'

/** How Debian's packages can be had here: installed by root, unpacked into `.tools` by anybody else. */
export const MAY_INSTALL = process.getuid?.() === 0

/** apt's own files while an ordinary user's set-up runs. */
const APT_STATE = join(TOOLS, 'apt')

let updated = false

/**
 * Installs packages for the whole machine. Root only.
 * @param {readonly string[]} packages
 */
export async function aptInstall(packages) {
  const apt = requireApt(packages)
  await update(apt, [])
  const args = ['install', '--yes', '--no-install-recommends', ...packages]
  const { ok, output } = await run(apt, args, { env: { DEBIAN_FRONTEND: 'noninteractive' } })
  if (!ok) throw new SetupProblem(`apt-get install failed: ${lastWords(output)}`, byHand(packages))
}

/**
 * Unpacks packages, and those they need and this machine lacks, under `.tools/root`. Nothing is installed, no right is
 * needed: apt keeps its lists in `.tools/apt`.
 * @param {readonly string[]} packages
 */
export async function aptUnpack(packages) {
  const apt = requireApt(packages)
  const archives = join(APT_STATE, 'debs')
  for (const folder of ['lists/partial', 'cache/archives/partial', 'debs']) {
    mkdirSync(join(APT_STATE, folder), { recursive: true })
  }
  const own = [
    `Dir::State::Lists=${join(APT_STATE, 'lists')}`,
    `Dir::Cache=${join(APT_STATE, 'cache')}`,
    'Debug::NoLocking=true',
  ].flatMap((setting) => ['-o', setting])
  await update(apt, own)

  const plan = await run(apt, [...own, 'install', '--simulate', '--no-install-recommends', ...packages])
  if (!plan.ok) throw new SetupProblem(`apt-get install --simulate failed: ${lastWords(plan.output)}`, byHand(packages))
  const wanted = plannedPackages(plan.stdout)
  const fetched = await run(apt, [...own, 'download', ...wanted], { cwd: archives })
  if (!fetched.ok) throw new SetupProblem(`apt-get download failed: ${lastWords(fetched.output)}`, byHand(packages))

  mkdirSync(DEBIAN_ROOT, { recursive: true })
  for (const name of readdirSync(archives)) {
    const unpacked = await run('dpkg-deb', ['--extract', join(archives, name), DEBIAN_ROOT])
    if (!unpacked.ok) throw new SetupProblem(`dpkg-deb failed: ${lastWords(unpacked.output)}`, byHand(packages))
  }
  relinkInside(DEBIAN_ROOT)
  rmSync(archives, { recursive: true })
}

/** Removes the lists that {@link aptUnpack} fetched: 160 MB that would be old by the next time. */
export function forgetLists() {
  rmSync(APT_STATE, { recursive: true, force: true })
}

/**
 * The packages that `apt-get install --simulate` would install. The C library is left out: two of them in one process
 * do not get on, and whatever is there has started us.
 * @param {string} simulation
 */
export function plannedPackages(simulation) {
  const names = [...simulation.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '')
  return names.filter((name) => !/^(libc6|libc-bin)(:|$)/.test(name))
}

/**
 * Folders with shared libraries under `.tools/root`, for LD_LIBRARY_PATH.
 * @param {string} arch as in `process.arch`
 */
export function libraryFolders(arch) {
  const triplet = arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'
  return [`usr/lib/${triplet}`, `lib/${triplet}`, 'usr/lib']
}

/** @param {readonly string[]} packages */
export function byHand(packages) {
  return `By hand: sudo apt-get install --no-install-recommends ${packages.join(' ')}`
}

/** @param {readonly string[]} packages */
function requireApt(packages) {
  const apt = findOnPath('apt-get')
  if (apt !== undefined) return apt
  throw new SetupProblem(
    'This machine has no apt-get.',
    `Install what Debian calls ${packages.join(', ')} with its own package manager.`,
  )
}

/**
 * Once in a run. A repository that does not answer is no failure yet: the lists may be good enough.
 * @param {string} apt
 * @param {readonly string[]} settings
 */
async function update(apt, settings) {
  if (updated) return
  await run(apt, [...settings, 'update'])
  updated = true
}

/**
 * Packages hold links to `/usr/share/...`; here these must lead into the folder they were unpacked to.
 * @param {string} root
 */
function relinkInside(root) {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    const target = readlinkSync(path)
    if (!target.startsWith('/') || target.startsWith(root) || !isThere(join(root, target))) continue
    unlinkSync(path)
    symlinkSync(relative(entry.parentPath, join(root, target)), path)
  }
}

/** @param {string} path */
function isThere(path) {
  return existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
