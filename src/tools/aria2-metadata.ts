import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from '../errors.ts'
import type { Redactor } from '../redact.ts'
import { DaemonGone, RpcError, startDaemon } from './aria2-daemon.ts'
import { deadMagnet, watchSearch } from './aria2-diagnosis.ts'
import { downloadError } from './aria2-errors.ts'
import type { MetadataRequest } from './aria2-requests.ts'
import { settingsFor, type NetworkOptions } from './aria2-settings.ts'
import { countOf, follow } from './aria2-transfer.ts'

interface MetadataOptions extends NetworkOptions {
  readonly program: string
  readonly redactor: Redactor
}

/** Fetches a magnet's metadata; see `Aria2.fetchMetadata`. Its aria2 is gone when this settles. */
export async function fetchMetadata(options: MetadataOptions, request: MetadataRequest): Promise<Uint8Array> {
  const folder = await mkdtemp(join(options.privateDir, 'metadata-'))
  const settings = { ...settingsFor(options), log: '-', 'log-level': 'info' }
  try {
    const daemon = await startDaemon(options.program, options.privateDir, settings)
    try {
      const search = watchSearch(daemon.stdout)
      let connectedPeers = 0
      const gid = await daemon.call<string>('addUri', [request.magnet], {
        dir: folder,
        'bt-metadata-only': 'true',
        'bt-save-metadata': 'true',
        ...(request.trackers.length > 0
          ? { 'bt-tracker': request.trackers.map((url) => url.replaceAll(',', '%2C')).join(',') }
          : {}),
      })
      const status = await follow({
        daemon,
        gid,
        content: null,
        request: {
          ...request,
          onProgress(progress) {
            connectedPeers = Math.max(connectedPeers, progress.peers)
            const waitingFor =
              progress.peers === 0 ? 'no peers yet' : `${countOf(progress.peers, 'peer')}, asked for the metadata`
            request.onProgress?.({ ...progress, totalBytes: null, etaSeconds: null, waitingFor })
          },
        },
        stalled: () => deadMagnet(search(), trackerCount(request), connectedPeers),
      })
      if (status.status === 'error')
        throw downloadError(Number(status.errorCode), status.errorMessage ?? '', options.redactor)
    } finally {
      // It has nothing to save.
      await daemon.stop(0)
    }
    return (await savedIn(folder)) ?? unreadable()
  } catch (error) {
    if (error instanceof RpcError) throw downloadError(27, error.message, options.redactor)
    if (!(error instanceof DaemonGone)) throw error
    // It may have died of the very metadata that it had just saved: our own parser judges that better.
    return (await savedIn(folder)) ?? unreadable(error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The magnet's own trackers and those beside it. */
function trackerCount(request: MetadataRequest): number {
  const own = /^[^?]*\?(.*)$/.exec(request.magnet)?.[1] ?? ''
  return new Set([...new URLSearchParams(own).getAll('tr'), ...request.trackers]).size
}

async function savedIn(folder: string): Promise<Uint8Array | undefined> {
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.torrent'))
  return name === undefined ? undefined : readFile(join(folder, name))
}

function unreadable(cause?: unknown): never {
  throw new VaultError('TORRENT_INVALID', 'The metadata that peers gave for this magnet cannot be read.', {
    stage: 'download',
    hint: 'Get the .torrent file from a source you trust.',
    cause,
  })
}
