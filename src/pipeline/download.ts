import { lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import prettyBytes from 'pretty-bytes'
import { VaultError, toVaultError } from '../errors.ts'
import type { DownloadProgress } from '../tools/aria2.ts'
import { startGuard } from '../tools/guard.ts'
import { probeLink } from '../tools/http.ts'
import { httpOptions } from './addresses.ts'
import { checksum } from './checksum.ts'
import type { StepContext } from './context.ts'
import type { DownloadedParcel, HashedFile, ItemPlan, PlannedFile } from './model.ts'
import { counted, startStage } from './progress.ts'
import { versionOf } from './version.ts'

/**
 * Fetches an item's files and yields its parcels in order, each once its files are complete and hashed.
 * @throws VaultError DOWNLOAD_*, LINK_*, DISK_FULL, ADDRESS_REFUSED, CANCELLED
 */
export async function* download(plan: ItemPlan, context: StepContext): AsyncGenerator<DownloadedParcel> {
  const stage = startStage('download', plan.sizeBytes, context)
  // A folder of this plan's own: what another attempt left there may be of another version.
  const folder = join(await context.workspace.itemFolder(context.item), `plain-${plan.runId}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await fetchInto(folder, plan, context)
  let sizeBytes = 0
  for (const parcel of plan.parcels) {
    const files: HashedFile[] = []
    for (const file of parcel.files) {
      const hashed = await hashFile(folder, file, context.signal)
      sizeBytes += hashed.sizeBytes
      files.push(hashed)
    }
    // The last parcel ends the stage before it is handed on: nothing is left to download.
    if (parcel.number === plan.parcels.length)
      stage.end(`${counted(plan.files.length, 'file')}, ${prettyBytes(sizeBytes)}`)
    yield { number: parcel.number, folder, files }
  }
}

async function fetchInto(folder: string, plan: ItemPlan, context: StepContext): Promise<void> {
  const { aria2, settings, signal } = context
  const common = { folder, signal, stallSeconds: settings.stallSeconds, onProgress: tell(plan.content.kind, context) }
  const { content } = plan
  if (content.kind === 'torrent') {
    await aria2.downloadTorrent({
      ...common,
      torrent: content.bytes,
      infoHash: content.torrent.infoHash,
      trackers: content.trackers,
      isPrivate: content.torrent.isPrivate,
      files: content.selected.map(({ index, storedPath }) => ({ index, storedPath })),
      ...(settings.seed === null ? {} : { seed: settings.seed }),
    })
    return
  }
  const fileName = plan.files[0]?.storedPath ?? 'download'
  const guard = settings.addressPolicy === 'public' ? await startGuard(httpOptions(context).checkAddress) : null
  try {
    await aria2.downloadLink({ ...common, url: content.url, fileName, ...(guard === null ? {} : { proxy: guard.url }) })
  } finally {
    guard?.close()
  }
  if (content.version !== null) await assertSameVersion(content.url, content.version, context)
}

/** aria2 joins what several connections brought: if the content changed meanwhile, that is no version of it. */
async function assertSameVersion(url: string, version: string, context: StepContext): Promise<void> {
  const after = await probeLink(url, httpOptions(context)).catch((thrown: unknown) => {
    if (toVaultError(thrown, 'download').code === 'CANCELLED') throw thrown
    return null
  })
  if (after === null) {
    context.emit({
      type: 'warning',
      item: context.item,
      message: 'The server could not be asked again whether the content changed during the download.',
      hint: 'Compare its checksum with the one its source gives, if there is one.',
    })
  } else if (versionOf(after) !== version) {
    throw new VaultError('DOWNLOAD_MISMATCH', 'The content of the link changed while it was fetched.', {
      stage: 'download',
      retryable: true,
      hint: 'Run it again.',
    })
  }
}

function tell(kind: 'torrent' | 'link', { emit, item }: StepContext): (progress: DownloadProgress) => void {
  return ({ waitingFor, files, peers, seeders, ...progress }) => {
    const atWork = files.find((file) => file.doneBytes > 0 && file.doneBytes < file.sizeBytes)
    const current =
      files.length > 1 && atWork !== undefined ? `file ${String(atWork.index)} of ${String(files.length)}` : undefined
    emit({
      type: 'stage.progress',
      item,
      stage: 'download',
      progress: {
        ...progress,
        ...(kind === 'torrent' ? { peers, seeders } : {}),
        ...(current === undefined ? {} : { current }),
      },
    })
    if (waitingFor !== null) emit({ type: 'stage.waiting', item, stage: 'download', reason: waitingFor })
  }
}

/** Reads a file once, for both checksums. Only regular files of the planned size pass. */
async function hashFile(folder: string, file: PlannedFile, signal: AbortSignal | undefined): Promise<HashedFile> {
  const path = join(folder, file.storedPath)
  const stat = await lstat(path).catch(() => null)
  if (stat?.isFile() !== true || (file.sizeBytes !== null && stat.size !== file.sizeBytes)) throw mismatch(file)
  const { sizeBytes, sha256, crc32 } = await checksum(path, ['sha256', 'crc32'], signal)
  if (sizeBytes !== stat.size) throw mismatch(file)
  return { path: file.path, storedPath: file.storedPath, sizeBytes, sha256, crc32: crc32.toUpperCase() }
}

function mismatch(file: PlannedFile): VaultError {
  return new VaultError(
    'DOWNLOAD_MISMATCH',
    `File ${String(file.index)} does not have the size its source announced.`,
    {
      stage: 'download',
      retryable: true,
      hint: 'Run it again; if it persists, the source is broken.',
    },
  )
}
