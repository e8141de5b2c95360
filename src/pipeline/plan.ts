import { randomBytes } from 'node:crypto'
import { VaultError } from '../errors.ts'
import {
  MAX_TORRENT_BYTES,
  bareTorrent,
  fileNameOf,
  parseTorrent,
  selectFiles,
  storedPaths,
  type LinkSource,
  type MagnetSource,
  type Source,
  type Torrent,
} from '../source/index.ts'
import { fetchBytes, probeLink } from '../tools/http.ts'
import { httpOptions } from './addresses.ts'
import type { StepContext } from './context.ts'
import type { Content, ItemPlan, PlannedFile } from './model.ts'
import { splitIntoParcels } from './parcels.ts'
import { startStage } from './progress.ts'
import { readTorrentFile } from './torrent-file.ts'
import { judgeAnnounced } from './trackers.ts'
import { versionOf } from './version.ts'

/**
 * Learns what a source holds and judges it, before any payload byte: fetches a magnet's or a .torrent's metadata, or
 * asks a link's server; then names the item and splits it into parcels.
 * @throws VaultError every refusal of `source/`, LINK_*, MAGNET_DEAD, CANCELLED
 */
export async function planItem(source: Source, context: StepContext): Promise<ItemPlan> {
  const stage = startStage('validate', null, context)
  const runId = newRunId()
  const facts = source.kind === 'link' ? await planLink(source, runId, context) : await planTorrent(source, context)
  const parcels = splitIntoParcels(facts.files)
  const sizes = facts.files.map((file) => file.sizeBytes)
  const plan: ItemPlan = {
    ...facts,
    id: context.keys.itemId(facts.identity),
    runId,
    parcels,
    sizeBytes: sizes.every((size) => size !== null) ? sizes.reduce((sum, size) => sum + size, 0) : null,
  }
  context.emit({
    type: 'item.planned',
    item: context.item,
    label: plan.label,
    id: plan.id,
    sizeBytes: plan.sizeBytes,
    fileCount: plan.files.length,
    parcelCount: parcels.length,
  })
  stage.end({ did: 'plan', fileCount: plan.files.length })
  return plan
}

type Facts = Pick<ItemPlan, 'label' | 'identity' | 'fingerprint' | 'content' | 'files'>

async function planTorrent(source: Exclude<Source, LinkSource>, context: StepContext): Promise<Facts> {
  const named =
    source.kind === 'magnet' ? await judgeAnnounced({ trackers: source.trackers, webSeeds: [] }, context) : null
  const bytes = await metadata(source, named?.trackers ?? [], context)
  const torrent = parseTorrent(bytes)
  if (source.kind === 'magnet') assertSameTorrent(source, torrent)
  const selection = source.kind === 'magnet' ? source.selection : null
  const selected = selectFiles(torrent, selection)
  const isLost = torrent.isPrivate && (named?.trackers.length ?? 0) === 0
  const own = await judgeAnnounced({ ...torrent, isPrivate: isLost }, context)
  const trackers = [...new Set([...(named?.trackers ?? []), ...own.trackers])]
  if (torrent.isHybrid) {
    context.emit({
      type: 'warning',
      item: context.item,
      message: 'This is a hybrid torrent: its version 1 side is used.',
      hint: 'Nothing to do: the content is the same.',
    })
  }
  const content: Content = {
    kind: 'torrent',
    torrent: { ...torrent, webSeeds: own.webSeeds },
    // All that aria2 is to ask it is told by us.
    bytes: bareTorrent(bytes),
    trackers,
    selected,
  }
  const isWhole = selected.length === torrent.files.length
  return {
    label: torrent.name,
    identity: `btih:${torrent.infoHash}${isWhole ? '' : `?files=${selected.map((file) => file.index).join(',')}`}`,
    fingerprint: null,
    content,
    files: selected,
  }
}

function metadata(
  source: Exclude<Source, LinkSource>,
  trackers: readonly string[],
  context: StepContext,
): Promise<Uint8Array> {
  switch (source.kind) {
    case 'torrent-file':
      return readTorrentFile(source.path)
    case 'torrent-link':
      return fetchBytes(source.url, { ...httpOptions(context), limitBytes: MAX_TORRENT_BYTES })
    case 'magnet':
      context.emit({
        type: 'stage.waiting',
        item: context.item,
        stage: 'validate',
        reason: { for: 'metadata', peerCount: 0 },
      })
      return context.aria2.fetchMetadata({
        magnet: `magnet:?xt=urn:btih:${source.infoHash}`,
        trackers,
        stallSeconds: context.settings.stallSeconds,
        signal: context.signal,
        gate: context.gate,
        onProgress: ({ waitingFor }) => {
          if (waitingFor === null) return
          context.emit({ type: 'stage.waiting', item: context.item, stage: 'validate', reason: waitingFor })
        },
      })
  }
}

function assertSameTorrent(source: MagnetSource, torrent: Torrent): void {
  if (source.infoHash === torrent.infoHash) return
  throw new VaultError('TORRENT_INVALID', 'The metadata that peers gave is not of this magnet.', {
    stage: 'validate',
    field: 'info',
    hint: 'Run it again; if it persists, get the .torrent file from a source you trust.',
  })
}

async function planLink(source: LinkSource, runId: string, context: StepContext): Promise<Facts> {
  const bare = withoutCredentials(source.url)
  // FTP has no way to ask first that servers agree on: aria2 finds out.
  const probe = source.url.startsWith('ftp:') ? null : await probeLink(source.url, httpOptions(context))
  const url = probe?.url ?? source.url
  const name = fileNameOf(url, probe?.contentDisposition)
  const sizeBytes = probe?.sizeBytes ?? null
  const version = probe === null ? null : versionOf(probe)
  const canContinue = probe?.acceptsRanges === true && version !== null && sizeBytes !== null
  if (probe?.contentType?.startsWith('text/html') === true && !/\.x?html?$/i.test(name)) {
    context.emit({
      type: 'warning',
      item: context.item,
      message: 'The link gives a web page, not a file: perhaps a login or a download page.',
      hint: 'If that is not what you want, open it in a browser and paste the direct link.',
    })
  }
  const files: PlannedFile[] = [{ path: name, storedPath: storedPaths([name])[0] ?? name, sizeBytes, index: 1 }]
  return {
    label: name,
    identity: `link:${bare}`,
    // Without a validator nobody can tell whether the content changed: what is stored is never taken for it.
    fingerprint: version ?? `unknown ${runId}`,
    content: { kind: 'link', url, version, canContinue },
    files,
  }
}

/** The same content, whoever fetches it; the fragment never reaches a server. */
function withoutCredentials(text: string): string {
  const url = new URL(text)
  url.username = ''
  url.password = ''
  url.hash = ''
  return url.href
}

/** A short random name, sortable by time: `20261122-k3v9x2ab`. */
function newRunId(): string {
  const random = [...randomBytes(8)].map((byte) => (byte % 32).toString(32)).join('')
  return `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}-${random}`
}
