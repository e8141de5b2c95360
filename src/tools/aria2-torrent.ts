import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cancelled, VaultError } from '../errors.ts'
import type { Redactor } from '../redact.ts'
import { RpcError, type Daemon } from './aria2-daemon.ts'
import { downloadError, mismatch } from './aria2-errors.ts'
import type { FileStatus } from './aria2-pieces.ts'
import type { TorrentRequest, WantedFile } from './aria2-requests.ts'
import { moreTrackers } from './aria2-settings.ts'
import { countOf, discard, enter, follow, wantedFiles, type Status } from './aria2-transfer.ts'

/** Beside the wanted files while a download runs: pieces that unselected neighbours share with them. */
const ASIDE = '.vaultstream-aside'

const DISK_FULL = '9'
/** How soon a file that is whole is told of. */
const ARRIVAL_POLL_MS = 250

/** Downloads the wanted files of a torrent; see `Aria2.downloadTorrent`. Leaves nothing of it in aria2. */
export async function downloadTorrent(daemon: Daemon, redactor: Redactor, request: TorrentRequest): Promise<void> {
  const add = async (options: Record<string, unknown>): Promise<string> => {
    const encoded = Buffer.from(request.torrent).toString('base64')
    try {
      return await enter(daemon, request.signal, 'addTorrent', encoded, [], { ...optionsFor(request), ...options })
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      throw downloadError(/already registered/i.test(error.message) ? 12 : 26, error.message, redactor)
    }
  }
  const { files, infoHash } = await inspect(daemon, add, request.signal)
  const selection = arrivals.get(request) ?? { wanted: [...request.files], arrived: new Set<number>() }
  const isFirst = !arrivals.has(request)
  arrivals.set(request, selection)
  const missing = (): WantedFile[] => selection.wanted.filter(({ index }) => !selection.arrived.has(index))
  const sizes = new Map(files.map(({ index, length }) => [Number(index), Number(length)]))
  if (missing().every(({ index }) => (sizes.get(index) ?? 0) === 0)) {
    // Nobody need be asked for these; and aria2 would, by a wrong info hash, for a torrent that has no pieces at all.
    await makeEmpty(request)
    for (const { index } of missing()) request.onFile?.(index)
    return
  }
  if (infoHash !== request.infoHash) throw misread()
  const content = { files, wanted: new Set(selection.wanted.map((file) => file.index)) }
  const gid = await add({
    'index-out': places(files, request),
    'select-file': indexes(missing()),
    // In a folder of its own nothing lies yet; what a dead aria2 left there is hashed, for files may have gone since.
    ...(request.onFile !== undefined && isFirst ? { 'check-integrity': 'false' } : {}),
  })
  const firstCount = content.wanted.size
  /** Tells of files that are whole, and lets the selection grow. */
  const onStatus = async (status: Status): Promise<boolean> => {
    if (status.status !== 'active') return false
    const done = wantedFiles(status, content).filter((file) => !selection.arrived.has(file.index))
    const whole = done.filter((file) => file.doneBytes === file.sizeBytes)
    for (const file of missing().filter(({ index }) => whole.some((one) => one.index === index))) {
      await settle(file, sizes, request)
      selection.arrived.add(file.index)
      request.onFile?.(file.index)
    }
    const leftBytes = done.reduce((sum, file) => sum + file.sizeBytes - file.doneBytes, 0)
    const added = request.more?.({ leftBytes, bytesPerSecond: Number(status.downloadSpeed) }) ?? []
    if (added.length === 0) return false
    selection.wanted.push(...added)
    for (const { index } of added) content.wanted.add(index)
    const calls = daemon.until(request.signal)
    await calls.call('changeOption', gid, { 'select-file': indexes(missing()) }).catch(ignoreRefusal)
    return true
  }
  try {
    const isSeeded = request.seed !== undefined
    const status = await follow({
      daemon,
      gid,
      request,
      isSeeded,
      content,
      stalled: () => stalled(daemon.until(request.signal), gid),
      ...(request.onFile === undefined ? {} : { onStatus, pollMs: ARRIVAL_POLL_MS }),
    })
    if (status.status === 'removed') throw cancelled('download')
    if (status.status === 'error') {
      await discard(daemon, gid, request.signal)
      // A full disk may have spoiled aria2's notes; without them it hashes what is there.
      if (status.errorCode === DISK_FULL) await removeNotes(status, request)
      throw downloadError(Number(status.errorCode), status.errorMessage ?? '', redactor)
    }
    const done = new Map(wantedFiles(status, content).map((file) => [file.index, file]))
    for (const file of missing()) {
      const found = done.get(file.index)
      if (found === undefined || found.doneBytes !== found.sizeBytes) {
        // Complete before it heard of the files that came last.
        if (content.wanted.size > firstCount) continue
        throw mismatch(`File ${String(file.index)} of the torrent did not arrive whole.`)
      }
      await settle(file, sizes, request)
      selection.arrived.add(file.index)
      request.onFile?.(file.index)
    }
    // Left after a part of a torrent; they would vouch for pieces that lay aside, or whose files went.
    await removeNotes(status, request)
    if (missing().length > 0) {
      await discard(daemon, gid, request.signal)
      await downloadTorrent(daemon, redactor, request)
      return
    }
    await rm(join(request.folder, ASIDE), { recursive: true, force: true })
  } finally {
    await discard(daemon, gid, request.signal)
  }
}

/** It is complete already: what it was to fetch as well is fetched by adding it again. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof RpcError)) throw error
}

/** What a request asks for by now and what of it has come, should another aria2 have to go on with it. */
const arrivals = new WeakMap<TorrentRequest, { readonly wanted: WantedFile[]; readonly arrived: Set<number> }>()

function indexes(files: readonly WantedFile[]): string {
  return files.map((file) => file.index).join(',')
}

/**
 * Only aria2 knows all the files of the torrent: added paused, it tells them, and what info hash it computes.
 * @see https://github.com/aria2/aria2/issues/1903 (up to 1.36 it drops the empty keys of a hybrid torrent, whose hash
 *   is then another; seen with 1.36.0, cured in 1.37.0)
 */
async function inspect(
  daemon: Daemon,
  add: (options: Record<string, unknown>) => Promise<string>,
  signal: AbortSignal | undefined,
): Promise<{ files: FileStatus[]; infoHash: string }> {
  const gid = await add({ pause: 'true' })
  try {
    const calls = daemon.until(signal)
    const { infoHash } = await calls.call<{ infoHash: string }>('tellStatus', gid, ['infoHash'])
    return { infoHash, files: await calls.call<FileStatus[]>('getFiles', gid) }
  } finally {
    await discard(daemon, gid, signal)
  }
}

function misread(): VaultError {
  return new VaultError('TOOL_TOO_OLD', 'This aria2 cannot read this torrent: it takes it for another one.', {
    stage: 'download',
    field: 'aria2',
    hint: 'Install aria2 1.37 or newer, which reads hybrid torrents (versions 1 and 2 in one).',
  })
}

async function makeEmpty({ folder, files }: TorrentRequest): Promise<void> {
  for (const { storedPath } of files) {
    const path = join(folder, storedPath)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, '')
  }
}

/** Where each file lands; those not wanted are sent aside, whatever their names are. */
function places(files: readonly FileStatus[], request: TorrentRequest): string[] {
  const wanted = new Map([...request.files, ...(request.laterFiles ?? [])].map((file) => [file.index, file.storedPath]))
  return files.map((_, i) => {
    const path = wanted.get(i + 1)
    return `${String(i + 1)}=${path === undefined || isAwkward(path) ? `${ASIDE}/${String(i + 1)}` : path}`
  })
}

function optionsFor(request: TorrentRequest): Record<string, string> {
  const { seed } = request
  return {
    dir: request.folder,
    'select-file': indexes(request.files),
    ...moreTrackers(request),
    ...(request.isPrivate ? { 'enable-peer-exchange': 'false' } : {}),
    ...(seed === undefined ? {} : { 'seed-time': String(seed.minutes ?? 60), 'seed-ratio': String(seed.ratio ?? 0) }),
  }
}

/** aria2 1.36 trims spaces off an `index-out` path and takes a newline for the end of it. */
function isAwkward(path: string): boolean {
  // eslint-disable-next-line no-control-regex
  return /^\s|\s$|[\u0000-\u001f]/.test(path)
}

/** Puts a file that is whole by its pieces in its place, and looks at its size there. */
async function settle(
  { index, storedPath }: WantedFile,
  sizes: ReadonlyMap<number, number>,
  { folder }: TorrentRequest,
): Promise<void> {
  const path = join(folder, storedPath)
  if (isAwkward(storedPath)) {
    await mkdir(dirname(path), { recursive: true })
    await rename(join(folder, ASIDE, String(index)), path)
  }
  const found = await stat(path).catch(() => null)
  if (found?.isFile() !== true || found.size !== sizes.get(index)) {
    throw mismatch(`File ${String(index)} of the torrent is not on disk as it was announced.`)
  }
}

/** aria2's control file: beside the file of a single-file torrent, else beside the folder that the torrent names. */
async function removeNotes({ bittorrent }: Status, { folder, files }: TorrentRequest): Promise<void> {
  const name = bittorrent?.mode === 'single' ? files[0]?.storedPath : bittorrent?.info?.name
  if (name === undefined) return
  await rm(join(folder, `${name}.aria2`), { force: true }).catch((thrown: unknown) => {
    // A name this long has no control file: aria2 could not make it either.
    if ((thrown as NodeJS.ErrnoException).code !== 'ENAMETOOLONG') throw thrown
  })
}

async function stalled(daemon: Daemon, gid: string): Promise<VaultError> {
  // `connections` counts those as well that are only being tried.
  const peers = (await daemon.call<unknown[]>('getPeers', gid)).length
  const message =
    peers === 0
      ? 'The torrent stands still: nobody who has it can be reached.'
      : `The torrent stands still: ${countOf(peers, 'peer')} connected, but none of them sends.`
  return new VaultError('DOWNLOAD_STALLED', message, {
    stage: 'download',
    hint: 'Try again later, when somebody who has the whole of it is online, or add trackers.',
    retryable: true,
  })
}
