import { randomBytes } from 'node:crypto'
import { constants, rmSync } from 'node:fs'
import { access, lstat, mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from '../errors.ts'
import { canPunchHoles } from '../tools/fallocate.ts'
import { itemClaims, sweepClaims } from './claims.ts'
import type { Receipt } from './model.ts'
import { OWNER, claim, hasLivingOwner, startHeartbeat } from './owner.ts'
import {
  leaveUnfinished,
  rescue,
  sweepUnfinished,
  takeUnfinished,
  unfinishedFolder,
  unfinishedIn,
} from './unfinished.ts'

/**
 * The private folders of one open vault: plaintext and volumes on disk, secrets on tmpfs. Both are 0700 and bear
 * the owner's process id, by which the next start knows what was left behind.
 */
export interface Workspace {
  /** Absolute, on disk. */
  readonly folder: string
  /** Absolute, on tmpfs where there is one: credentials and records pass through it. */
  readonly privateDir: string
  /** What the sweep at the start found and removed. */
  readonly swept: readonly string[]
  /** How many items of earlier runs wait for a run that goes on with them. */
  readonly unfinishedCount: number
  /** Makes (if absent) and returns an item's folder, absolute. */
  itemFolder(item: string): Promise<string>
  /** The same on tmpfs, where there is one. */
  memoryFolder(item: string): Promise<string>
  /** Whether what was read of a file can be taken off the disk while the rest is still written. */
  canPunchHoles(): Promise<boolean>
  /** Does work on an item while no other run of it is at work here: see {@link itemClaims}. */
  readonly alone: ReturnType<typeof itemClaims>
  /** Leaves an item's folder for a later run of the same item, in this session or another; resolves to what removes it. */
  leave(item: string, itemId: string): Promise<() => Promise<void>>
  /** Makes what was left of an item this item's folder; null when nothing was. */
  takeLeft(item: string, itemId: string): Promise<string | null>
  /** Removes one item's folder and says what went; what could not be removed is a note. Safe to repeat. */
  wipeItem(item: string): Promise<Receipt>
  /**
   * Removes everything of this session, both folders included; what it left unfinished unless that is to be kept; with
   * `ofOthers` what waits of earlier runs as well. Safe to repeat.
   */
  wipeAll(options?: { readonly ofOthers?: boolean }): Promise<Receipt>
}

export interface WorkspaceOptions {
  /** What this session leaves unfinished outlives it. */
  readonly keepsUnfinished?: boolean
}

const PREFIX = 'session-'
const TMPFS_MAGIC = 0x01021994

/**
 * Sweeps what dead sessions left under `root`, then makes a session of our own.
 * @throws VaultError WORKSPACE_FAILED when the folder cannot be made or is not ours alone
 */
export async function openWorkspace(root: string, options: WorkspaceOptions = {}): Promise<Workspace> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 })
    await assertOwn(root)
    const sharedMemory = await tmpfsRoot()
    const privateRoot = sharedMemory ?? join(root, 'private')
    await mkdir(privateRoot, { recursive: true, mode: 0o700 })
    await assertOwn(privateRoot)
    const swept = [...(await sweep(root)), ...(await sweep(privateRoot))]
    await sweepClaims(root)
    await sweepUnfinished(root)
    const unfinishedCount = (await unfinishedIn(root)).length
    const folders = { root, folder: await makeSession(root), privateDir: await makeSession(privateRoot) }
    return { ...session(folders, options), swept, unfinishedCount }
  } catch (thrown) {
    if (thrown instanceof VaultError) throw thrown
    throw new VaultError('WORKSPACE_FAILED', `The workspace ${root} could not be opened.`, {
      stage: 'setup',
      field: 'workspace',
      hint: 'Choose a folder you may write to, with the option `workspace` or VAULTSTREAM_WORKSPACE.',
      cause: thrown,
    })
  }
}

interface Folders {
  readonly root: string
  readonly folder: string
  readonly privateDir: string
}

function session(
  { root, folder, privateDir }: Folders,
  { keepsUnfinished = false }: WorkspaceOptions,
): Omit<Workspace, 'swept' | 'unfinishedCount'> {
  const pathsOf = (item: string): readonly [string, string] => {
    if (!/^[a-z0-9-]{1,64}$/.test(item)) throw new TypeError('not an item key')
    return [join(folder, item), join(privateDir, `item-${item}`)]
  }
  let punches: Promise<boolean> | undefined
  /** Ids of items that this session left. */
  const left = new Set<string>()
  const heartbeat = startHeartbeat([folder, privateDir])
  // A program or kernel that ends without close() leaves nothing either, unless it is killed or told to.
  const removeAtExit = (): void => {
    const leftFolders = [...left].map((itemId) => unfinishedFolder(root, itemId))
    for (const each of keepsUnfinished ? [privateDir] : [...leftFolders, folder, privateDir]) {
      try {
        rmSync(each, { recursive: true, force: true })
      } catch {
        // The next start sweeps it.
      }
    }
  }
  process.once('exit', removeAtExit)
  return {
    folder,
    privateDir,
    itemFolder: (item) => made(pathsOf(item)[0]),
    memoryFolder: (item) => made(pathsOf(item)[1]),
    canPunchHoles: () => (punches ??= canPunchHoles(folder)),
    alone: itemClaims(root, folder),
    async leave(item, itemId) {
      const [onDisk, inMemory] = pathsOf(item)
      await rm(inMemory, { recursive: true, force: true })
      if (await leaveUnfinished(root, onDisk, itemId)) left.add(itemId)
      return async () => {
        if (left.delete(itemId)) await rm(unfinishedFolder(root, itemId), { recursive: true, force: true })
      }
    },
    async takeLeft(item, itemId) {
      left.delete(itemId)
      const [onDisk] = pathsOf(item)
      return (await takeUnfinished(root, itemId, onDisk)) ? onDisk : null
    },
    wipeItem: (item) => wipe(pathsOf(item)),
    async wipeAll({ ofOthers = false } = {}) {
      heartbeat.stop()
      process.off('exit', removeAtExit)
      const ours = keepsUnfinished ? [] : [...left].map((itemId) => unfinishedFolder(root, itemId))
      return wipe([folder, privateDir, ...(ofOthers ? await unfinishedIn(root).catch(() => []) : ours)])
    },
  }
}

async function made(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

async function makeSession(root: string): Promise<string> {
  const folder = await mkdtemp(join(root, PREFIX))
  await claim(folder)
  return folder
}

/** Removes sessions whose owner is gone, but for what a run can go on with; tells of those in which something was left. */
async function sweep(root: string): Promise<string[]> {
  const swept: string[] = []
  for (const name of await readdir(root)) {
    if (!name.startsWith(PREFIX)) continue
    const folder = join(root, name)
    if (await hasLivingOwner(folder)) continue
    await rescue(root, folder)
    const { fileCount } = await measure(folder)
    await rm(folder, { recursive: true, force: true })
    if (fileCount > 0) swept.push(folder)
  }
  return swept
}

/** Counts first and removes after, so that the receipt tells what was there. Never follows a link. */
async function wipe(folders: readonly string[]): Promise<Receipt> {
  let fileCount = 0
  let sizeBytes = 0
  const failures: string[] = []
  for (const folder of folders) {
    const inside = await measure(folder)
    fileCount += inside.fileCount
    sizeBytes += inside.sizeBytes
    await rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => {
      failures.push(`${folder} could not be removed whole: remove it by hand.`)
    })
  }
  return {
    wipedAt: new Date().toISOString(),
    fileCount,
    sizeBytes,
    isComplete: failures.length === 0,
    notes: [...failures, 'Files were unlinked; what an SSD or a snapshot keeps of them cannot be promised away.'],
  }
}

async function measure(path: string): Promise<{ fileCount: number; sizeBytes: number }> {
  const stat = await lstat(path).catch(() => null)
  if (stat === null) return { fileCount: 0, sizeBytes: 0 }
  if (!stat.isDirectory()) return { fileCount: 1, sizeBytes: stat.size }
  let fileCount = 0
  let sizeBytes = 0
  // What cannot be read cannot be counted; whether it goes is for its removal to say.
  for (const name of await readdir(path).catch(() => [])) {
    if (name === OWNER) continue
    const inside = await measure(join(path, name))
    fileCount += inside.fileCount
    sizeBytes += inside.sizeBytes
  }
  return { fileCount, sizeBytes }
}

/** A folder of ours on tmpfs, or null where /dev/shm is none. */
async function tmpfsRoot(): Promise<string | null> {
  try {
    await access('/dev/shm', constants.W_OK)
    if ((await statfs('/dev/shm')).type !== TMPFS_MAGIC) return null
    return join('/dev/shm', `vaultstream-${String(process.getuid?.() ?? 0)}`)
  } catch {
    return null
  }
}

/** Another user's folder, or a link put in its place, must not receive our plaintext. */
async function assertOwn(folder: string): Promise<void> {
  const stat = await lstat(folder)
  const isOwn = stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0
  if (isOwn) return
  throw new VaultError('WORKSPACE_FAILED', `${folder} is not a folder that only you can enter.`, {
    stage: 'setup',
    field: 'workspace',
    hint: `Make it private (chmod 700 ${folder}), or choose another with the option \`workspace\`.`,
  })
}

/** A short random name, sortable by time: `20261122-k3v9x2ab`. */
export function newRunId(now = new Date()): string {
  const random = [...randomBytes(8)].map((byte) => (byte % 32).toString(32)).join('')
  return `${now.toISOString().slice(0, 10).replaceAll('-', '')}-${random}`
}
