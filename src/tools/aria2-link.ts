import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cancelled, VaultError } from '../errors.ts'
import type { Redactor } from '../redact.ts'
import { RpcError, type Daemon } from './aria2-daemon.ts'
import { downloadError, mismatch } from './aria2-errors.ts'
import { leadingPieces } from './aria2-pieces.ts'
import type { LinkRequest, LinkStream } from './aria2-requests.ts'
import { discard, enter, follow, type Status, type Transfer } from './aria2-transfer.ts'

/** Pauses between attempts that brought no byte; any byte starts the row anew. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000]

/**
 * Errors after which what is here is of no use: the server cannot continue (aria2 1.36 would fail at it again), and
 * a full disk, which may have spoiled the notes about the holes in the file.
 */
const USELESS: readonly (string | undefined)[] = ['8', '9']

/**
 * Four connections, each at the first piece that is missing. Trying again is ours: aria2 would find a file of unknown
 * length in its own way.
 */
const IN_ORDER = {
  'stream-piece-selector': 'inorder',
  'piece-length': '1M',
  'min-split-size': '1M',
  'max-tries': '1',
}
const STREAM_POLL_MS = 100
/** A download that is held goes on as slowly as keeps its connections open. */
const HELD = '16K'

/** Downloads one link; see `Aria2.downloadLink`. Leaves nothing of it in aria2. */
export async function downloadLink(daemon: Daemon, redactor: Redactor, request: LinkRequest): Promise<void> {
  refuseUnsafe(request)
  let reachedBytes = 0
  for (let failures = 0; ; failures++) {
    const before = reachedBytes
    try {
      await attempt(daemon, redactor, {
        ...request,
        onProgress(progress) {
          reachedBytes = Math.max(reachedBytes, progress.doneBytes)
          request.onProgress?.(progress)
        },
      })
      return
    } catch (error) {
      // aria2 gives up at once on a refused connection, and a stall has had its time already.
      if (!(error instanceof VaultError) || error.code !== 'LINK_UNAVAILABLE' || !error.retryable) throw error
      if (reachedBytes > before) failures = 0
      const pauseMs = PAUSES_MS[failures]
      if (pauseMs === undefined) throw error
      await pause(pauseMs, request.signal)
    }
  }
}

async function attempt(daemon: Daemon, redactor: Redactor, request: LinkRequest): Promise<void> {
  const path = join(request.folder, request.fileName)
  const gid = await add(daemon, redactor, request)
  try {
    const status = await follow({
      daemon,
      gid,
      request,
      isSeeded: false,
      content: null,
      stalled: () => downloadError(2, '', redactor),
      ...(request.stream === undefined ? {} : following(daemon, gid, request.stream)),
    })
    if (status.status === 'removed') throw cancelled('download')
    if (USELESS.includes(status.errorCode) || (status.status === 'error' && !(await canContinue(path)))) {
      await discard(daemon, gid, request.signal)
      request.stream?.onPrefix(0)
      await Promise.all([path, `${path}.aria2`].map((partial) => rm(partial, { force: true })))
    }
    if (status.status === 'error') throw downloadError(Number(status.errorCode), status.errorMessage ?? '', redactor)
    const found = await stat(path).catch(() => null)
    if (found?.isFile() !== true || found.size !== Number(status.completedLength)) {
      throw mismatch('The file on disk has not the size that arrived.')
    }
  } finally {
    await discard(daemon, gid, request.signal)
  }
}

/** Tells how far the beginning reaches, and holds the download while its reader is behind. */
function following(daemon: Daemon, gid: string, stream: LinkStream): Pick<Transfer, 'pollMs' | 'onStatus'> {
  let wasHeld = false
  return {
    pollMs: STREAM_POLL_MS,
    async onStatus(status) {
      stream.onPrefix(prefixOf(status))
      const isHeld = stream.isFull()
      if (isHeld !== wasHeld && status.status === 'active') {
        wasHeld = isHeld
        await daemon.call('changeOption', gid, { 'max-download-limit': isHeld ? HELD : '0' }).catch(ignoreRefusal)
      }
      return isHeld
    },
  }
}

function prefixOf({ status, bitfield, pieceLength, completedLength, totalLength }: Status): number {
  const doneBytes = Number(completedLength)
  // Of unknown length there are no pieces: it comes in one go.
  if (status === 'complete' || bitfield === undefined || Number(totalLength) === 0) return doneBytes
  return Math.min(leadingPieces(bitfield) * Number(pieceLength), Number(totalLength))
}

/** It has ended meanwhile: then there is nothing to hold. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof RpcError)) throw error
}

/** Without aria2's notes, as after a break in one of unknown length, a file can only begin anew. */
async function canContinue(path: string): Promise<boolean> {
  return (await stat(`${path}.aria2`).catch(() => null)) !== null
}

async function add(daemon: Daemon, redactor: Redactor, request: LinkRequest): Promise<string> {
  try {
    return await enter(daemon, request.signal, 'addUri', [request.url], {
      dir: request.folder,
      out: request.fileName,
      split: '4',
      'max-connection-per-server': '4',
      ...(request.stream === undefined ? { 'min-split-size': '4M', 'max-tries': '3' } : IN_ORDER),
      // Then a 503 is ours to wait out.
      'retry-wait': '0',
      'connect-timeout': '15',
      timeout: String(Math.max(1, Math.min(60, Math.floor(request.stallSeconds)))),
      ...(request.proxy === undefined ? {} : { 'all-proxy': request.proxy, 'proxy-method': 'tunnel' }),
    })
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    throw downloadError(0, error.message, redactor)
  }
}

/** aria2 follows `../` in a name, and reads a newline as the end of an option. */
function refuseUnsafe(request: LinkRequest): void {
  // eslint-disable-next-line no-control-regex
  const control = /[\u0000-\u001f\u007f]/
  if (control.test(request.url)) {
    throw new VaultError('URL_INVALID', 'The link holds a control character.', {
      stage: 'download',
      hint: 'Copy the link again, on one line.',
      field: 'url',
    })
  }
  const { fileName } = request
  if (fileName === '' || fileName === '.' || fileName === '..' || fileName.includes('/') || control.test(fileName)) {
    throw new VaultError('DOWNLOAD_FAILED', 'The file name for the download is not a plain name.', {
      stage: 'download',
      hint: 'Give a name without slashes and control characters.',
      field: 'fileName',
    })
  }
}

async function pause(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(durationMs, undefined, signal === undefined ? {} : { signal })
  } catch {
    throw cancelled('download')
  }
}
