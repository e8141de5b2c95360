import { setTimeout as sleep } from 'node:timers/promises'
import { cancelled, type VaultError } from '../errors.ts'
import { untilAborted, withGrace } from './abort.ts'
import { RpcError, type Daemon } from './aria2-daemon.ts'
import { filesDone, type FileProgress, type FileStatus } from './aria2-pieces.ts'
import type { DownloadProgress, Request } from './aria2-requests.ts'

const POLL_MS = 500
/** Pauses shorter than this are not worth a word. */
const QUIET_MS = 5_000
/** What cleaning up may take after an abort, should aria2 not answer. */
const CLEAN_UP_MS = 2_000

export interface Status {
  readonly status: 'active' | 'waiting' | 'paused' | 'error' | 'complete' | 'removed'
  readonly completedLength: string
  readonly totalLength: string
  readonly downloadSpeed: string
  readonly uploadSpeed: string
  readonly connections: string
  /** Hexadecimal; missing while nothing is there. */
  readonly bitfield?: string
  readonly pieceLength?: string
  readonly numSeeders?: string
  /** `true` while a torrent that is whole is being seeded. */
  readonly seeder?: string
  readonly errorCode?: string
  readonly errorMessage?: string
  /** Only while what lies on disk is hashed. */
  readonly verifiedLength?: string
  readonly verifyIntegrityPending?: string
  readonly bittorrent?: { readonly mode?: 'single' | 'multi'; readonly info?: { readonly name: string } }
}

/** The files of a torrent, all of them, and the indices of those wanted. */
export interface Content {
  readonly files: readonly FileStatus[]
  readonly wanted: ReadonlySet<number>
}

export interface Transfer {
  readonly daemon: Daemon
  readonly gid: string
  readonly request: Request
  /** A torrent that is whole may then stand still for as long as aria2 seeds it. */
  readonly isSeeded: boolean
  /** Null for a link. */
  readonly content: Content | null
  /** How often aria2 is asked; default: twice a second. */
  readonly pollMs?: number
  /** Gets each status as it is asked for; true while the caller holds the download, which is no stall. */
  readonly onStatus?: (status: Status) => Promise<boolean>
  /** The error for `stallSeconds` without a byte. */
  stalled(): VaultError | Promise<VaultError>
}

/** Adds a download to aria2 and gives its gid; one that arrives there after an abort is taken out again. */
export async function enter(
  daemon: Daemon,
  signal: AbortSignal | undefined,
  method: string,
  ...params: unknown[]
): Promise<string> {
  const isAborted = (): boolean => signal?.aborted === true
  if (isAborted()) throw cancelled('download')
  const adding = daemon.call<string>(method, ...params)
  try {
    return await untilAborted(adding, signal, 'download')
  } catch (error) {
    if (isAborted()) {
      const removed = adding.then((gid) => forget(daemon, gid)).catch(() => undefined)
      await withGrace(signal, CLEAN_UP_MS, (limit) => untilAborted(removed, limit, 'download')).catch(() => undefined)
    }
    throw error
  }
}

/**
 * Waits until a download ends in aria2, telling its progress about twice a second. Resolves to its last status,
 * `complete` or `error`; what it has in aria2 stays there, for {@link discard}.
 * @throws VaultError CANCELLED when the signal aborts, or what `stalled` gives
 */
export async function follow(transfer: Transfer): Promise<Status> {
  const { gid, request } = transfer
  const daemon = transfer.daemon.until(request.signal)
  let lastMoved = ''
  let movedAt = Date.now()
  for (;;) {
    if (request.signal?.aborted === true) throw cancelled('download')
    const status = await daemon.call<Status>('tellStatus', gid)
    const isOver = status.status === 'complete' || status.status === 'error' || status.status === 'removed'
    const isSeeding = transfer.isSeeded && status.seeder === 'true'
    // Hashing what is there already is movement too.
    const moved = `${status.completedLength}/${status.verifiedLength ?? ''}/${status.verifyIntegrityPending ?? ''}`
    const isHeld = (await transfer.onStatus?.(status)) ?? false
    if (moved !== lastMoved || isSeeding || isHeld) {
      lastMoved = moved
      movedAt = Date.now()
    }
    const quietMs = Date.now() - movedAt
    const progress = progressOf(status, transfer.content, quietMs)
    request.onProgress?.(progress)
    if (isOver) return status
    if (quietMs >= request.stallSeconds * 1_000) throw await transfer.stalled()
    await sleep(
      transfer.pollMs ?? POLL_MS,
      undefined,
      request.signal === undefined ? {} : { signal: request.signal },
    ).catch(() => undefined)
  }
}

/**
 * Takes a download out of aria2's memory, stopping it first when it still runs; gives up 2 s after the signal aborts.
 * Never throws.
 */
export function discard(daemon: Daemon, gid: string, signal: AbortSignal | undefined): Promise<void> {
  return withGrace(signal, CLEAN_UP_MS, (limit) => forget(daemon.until(limit), gid))
}

async function forget(daemon: Daemon, gid: string): Promise<void> {
  try {
    await daemon.call('forceRemove', gid)
  } catch (error) {
    // A refusal means that it has ended already.
    if (!(error instanceof RpcError)) return
  }
  const deadline = Date.now() + 3_000
  // aria2 stops a download at its next turn, and cannot forget one that has not stopped.
  while (Date.now() < deadline) {
    try {
      await daemon.call('removeDownloadResult', gid)
      return
    } catch (error) {
      if (!(error instanceof RpcError) || /not found/i.test(error.message)) return
      await sleep(50)
    }
  }
}

function progressOf(status: Status, content: Content | null, quietMs: number): DownloadProgress {
  const files = content === null ? [] : wantedFiles(status, content)
  // aria2 counts whole pieces, of which unselected neighbours have a share.
  const knownBytes = content === null ? Number(status.totalLength) : sum(files.map((file) => file.sizeBytes))
  const totalBytes = content === null && knownBytes === 0 ? null : knownBytes
  const doneBytes = Math.min(Number(status.completedLength), totalBytes ?? Infinity)
  const left = totalBytes === null ? null : totalBytes - doneBytes
  const bytesPerSecond = Number(status.downloadSpeed)
  return {
    doneBytes,
    totalBytes,
    bytesPerSecond,
    uploadBytesPerSecond: Number(status.uploadSpeed),
    peers: Number(status.connections),
    seeders: Number(status.numSeeders ?? 0),
    etaSeconds: left === null || bytesPerSecond === 0 ? null : Math.ceil(left / bytesPerSecond),
    files,
    waitingFor: left === 0 ? null : waitingFor(status, content !== null, quietMs),
  }
}

/** The wanted files and how much of each is there. */
export function wantedFiles(status: Status, { files, wanted }: Content): FileProgress[] {
  const all = filesDone(files, status.bitfield ?? '', Number(status.pieceLength))
  return all.filter((file) => wanted.has(file.index))
}

function waitingFor(status: Status, isTorrent: boolean, quietMs: number): string | null {
  if (Number(status.verifiedLength ?? 0) > 0) {
    return 'checking what is already here'
  }
  const peers = Number(status.connections)
  if (isTorrent && peers === 0) return 'no peers yet'
  if (quietMs < QUIET_MS) return null
  return isTorrent ? `${countOf(peers, 'peer')}, none of them sends` : 'the server sends nothing'
}

/** `1 peer`, `3 peers`. */
export function countOf(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0)
}
