import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cancelled, VaultError } from '../errors.ts'
import type { Redactor } from '../redact.ts'
import { RpcError, type Daemon } from './aria2-daemon.ts'
import { downloadError, mismatch } from './aria2-errors.ts'
import type { FileProgress, FileStatus } from './aria2-pieces.ts'
import type { TorrentRequest } from './aria2-requests.ts'
import { moreTrackers } from './aria2-settings.ts'
import { countOf, discard, enter, follow, wantedFiles, type Status } from './aria2-transfer.ts'

/** Beside the wanted files while a download runs: pieces that unselected neighbours share with them. */
const ASIDE = '.vaultstream-aside'

const DISK_FULL = '9'

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
  const wanted = new Set(request.files.map((file) => file.index))
  if (files.every((file) => file.length === '0' || !wanted.has(Number(file.index)))) {
    // Nobody need be asked for these; and aria2 would, by a wrong info hash, for a torrent that has no pieces at all.
    await makeEmpty(request)
    return
  }
  if (infoHash !== request.infoHash) throw misread()
  const content = { files, wanted }
  const gid = await add({ 'index-out': places(files, request) })
  try {
    const isSeeded = request.seed !== undefined
    const status = await follow({
      daemon,
      gid,
      request,
      isSeeded,
      content,
      stalled: () => stalled(daemon.until(request.signal), gid),
    })
    if (status.status === 'removed') throw cancelled('download')
    if (status.status === 'error') {
      await discard(daemon, gid, request.signal)
      // A full disk may have spoiled aria2's notes; without them it hashes what is there.
      if (status.errorCode === DISK_FULL) await removeNotes(status, request)
      throw downloadError(Number(status.errorCode), status.errorMessage ?? '', redactor)
    }
    await settle(wantedFiles(status, content), request)
    // Left after a part of a torrent; they would vouch for pieces that lay aside.
    await removeNotes(status, request)
    await rm(join(request.folder, ASIDE), { recursive: true, force: true })
  } finally {
    await discard(daemon, gid, request.signal)
  }
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
  const wanted = new Map(request.files.map((file) => [file.index, file.storedPath]))
  return files.map((_, i) => {
    const path = wanted.get(i + 1)
    return `${String(i + 1)}=${path === undefined || isAwkward(path) ? `${ASIDE}/${String(i + 1)}` : path}`
  })
}

function optionsFor(request: TorrentRequest): Record<string, string> {
  const { seed } = request
  return {
    dir: request.folder,
    'select-file': request.files.map((file) => file.index).join(','),
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

/** Puts each file in its place and proves that it is whole: by its pieces, and by its size on disk. */
async function settle(files: readonly FileProgress[], request: TorrentRequest): Promise<void> {
  const byIndex = new Map(files.map((file) => [file.index, file]))
  for (const { index, storedPath } of request.files) {
    const file = byIndex.get(index)
    if (file === undefined || file.doneBytes !== file.sizeBytes) {
      throw mismatch(`File ${String(index)} of the torrent did not arrive whole.`)
    }
    const path = join(request.folder, storedPath)
    if (isAwkward(storedPath)) {
      await mkdir(dirname(path), { recursive: true })
      await rename(join(request.folder, ASIDE, String(index)), path)
    }
    const found = await stat(path).catch(() => null)
    if (found?.isFile() !== true || found.size !== file.sizeBytes) {
      throw mismatch(`File ${String(index)} of the torrent is not on disk as it was announced.`)
    }
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
