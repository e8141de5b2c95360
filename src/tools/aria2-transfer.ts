import { setTimeout as sleep } from 'node:timers/promises'
import { cancelled, type VaultError } from '../errors.ts'
import { RpcError, type Daemon } from './aria2-daemon.ts'
import type { DownloadProgress, Request } from './aria2-requests.ts'

const POLL_MS = 500
/** Asking for each file of a torrent of 20,000 costs 0.1 s and 2.6 MB. */
const FILES_POLL_MS = 2_000
const MANY_FILES = 500
/** Pauses shorter than this are not worth a word. */
const QUIET_MS = 5_000

export interface Status {
  readonly status: 'active' | 'waiting' | 'paused' | 'error' | 'complete' | 'removed'
  readonly completedLength: string
  readonly totalLength: string
  readonly downloadSpeed: string
  readonly uploadSpeed: string
  readonly connections: string
  readonly numSeeders?: string
  /** `true` while a torrent that is whole is being seeded. */
  readonly seeder?: string
  readonly errorCode?: string
  readonly errorMessage?: string
  /** Only while what lies on disk is hashed. */
  readonly verifiedLength?: string
  readonly verifyIntegrityPending?: string
}

export interface FileStatus {
  readonly index: string
  readonly path: string
  readonly length: string
  readonly completedLength: string
}

export interface Transfer {
  readonly daemon: Daemon
  readonly gid: string
  readonly request: Request
  /** The torrent's files to report on, by index; null for a link. */
  readonly indices: ReadonlySet<number> | null
  /** The error for `stallSeconds` without a byte. */
  stalled(progress: DownloadProgress): VaultError
}

/**
 * Waits until a download ends in aria2, telling its progress about twice a second. Resolves to its last status,
 * `complete` or `error`; what it has in aria2 stays there, for {@link discard}.
 * @throws VaultError CANCELLED when the signal aborts, or what `stalled` gives
 */
export async function follow(transfer: Transfer): Promise<Status> {
  const { daemon, gid, request } = transfer
  let files: readonly FileStatus[] = []
  let filesAt = 0
  let lastMoved = ''
  let movedAt = Date.now()
  for (;;) {
    if (request.signal?.aborted === true) throw cancelled('download')
    const status = await daemon.call<Status>('tellStatus', gid)
    const isOver = status.status === 'complete' || status.status === 'error' || status.status === 'removed'
    const isSeeding = status.seeder === 'true'
    if (
      transfer.indices !== null &&
      (isOver || Date.now() - filesAt >= (files.length > MANY_FILES ? FILES_POLL_MS : 0))
    ) {
      files = await daemon.call<FileStatus[]>('getFiles', gid)
      filesAt = Date.now()
    }
    // Hashing what is there already is movement too.
    const moved = `${status.completedLength}/${status.verifiedLength ?? ''}/${status.verifyIntegrityPending ?? ''}`
    if (moved !== lastMoved || isSeeding) {
      lastMoved = moved
      movedAt = Date.now()
    }
    const quietMs = Date.now() - movedAt
    const progress = progressOf(status, files, transfer.indices, quietMs)
    request.onProgress?.(progress)
    if (isOver) return status
    if (quietMs >= request.stallSeconds * 1_000) throw transfer.stalled(progress)
    await sleep(POLL_MS, undefined, request.signal === undefined ? {} : { signal: request.signal }).catch(
      () => undefined,
    )
  }
}

/** Takes a download out of aria2's memory, stopping it first when it still runs. Never throws. */
export async function discard(daemon: Daemon, gid: string): Promise<void> {
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

function progressOf(
  status: Status,
  files: readonly FileStatus[],
  indices: ReadonlySet<number> | null,
  quietMs: number,
): DownloadProgress {
  const wanted = files.filter((file) => indices?.has(Number(file.index)))
  const isPartial = indices !== null && wanted.length < files.length
  // By file only whole pieces count; aria2's total is finer, but counts the pieces of unselected neighbours too.
  const doneBytes = isPartial ? sum(wanted.map((file) => file.completedLength)) : Number(status.completedLength)
  const knownBytes = isPartial ? sum(wanted.map((file) => file.length)) : Number(status.totalLength)
  const bytesPerSecond = Number(status.downloadSpeed)
  const totalBytes = indices === null && knownBytes === 0 ? null : knownBytes
  const left = totalBytes === null ? null : Math.max(0, totalBytes - doneBytes)
  return {
    doneBytes,
    totalBytes,
    bytesPerSecond,
    uploadBytesPerSecond: Number(status.uploadSpeed),
    peers: Number(status.connections),
    seeders: Number(status.numSeeders ?? 0),
    etaSeconds: left === null || bytesPerSecond === 0 ? null : Math.ceil(left / bytesPerSecond),
    files: wanted.map((file) => ({
      index: Number(file.index),
      doneBytes: Number(file.completedLength),
      sizeBytes: Number(file.length),
    })),
    waitingFor: left === 0 ? null : waitingFor(status, indices !== null, quietMs),
  }
}

function waitingFor(status: Status, isTorrent: boolean, quietMs: number): string | null {
  if (status.verifiedLength !== undefined || status.verifyIntegrityPending !== undefined) {
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

function sum(lengths: readonly string[]): number {
  return lengths.reduce((total, length) => total + Number(length), 0)
}
