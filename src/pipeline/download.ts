import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from './context.ts'
import { fetchLink, streamLink } from './download-link.ts'
import { fetchTorrent } from './download-torrent.ts'
import { journal } from './journal.ts'
import type { DownloadedParcel, ItemPlan } from './model.ts'
import { assertAffordable, isStreamed } from './needs.ts'
import { startStage } from './progress.ts'

/**
 * Fetches an item's files and hands its parcels on: those of a torrent each as its files become whole, while others
 * are on their way; a link's as soon as its first bytes are there, or when it is whole.
 * @throws VaultError DISK_BUDGET before the first byte; DOWNLOAD_*, LINK_*, DISK_FULL, ADDRESS_REFUSED, CANCELLED
 */
export async function* download(plan: ItemPlan, context: StepContext): AsyncGenerator<DownloadedParcel> {
  assertAffordable(plan, context)
  const stage = startStage('download', plan.sizeBytes, context)
  const itemFolder = await context.workspace.itemFolder(context.item)
  await journal(itemFolder, { act: 'begin', itemId: plan.id, runId: plan.runId, parcelCount: plan.parcels.length })
  // A folder of this plan's own: what another attempt left there may be of another version.
  const folder = join(itemFolder, `plain-${plan.runId}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { content, files } = plan
  if (content.kind === 'torrent') {
    yield* fetchTorrent(plan, content, folder, stage, context)
    return
  }
  for (const file of files) {
    const link = { plan, content, file, folder, stage }
    const isReadWhileItComes = isStreamed(plan, context) && (await context.workspace.canPunchHoles())
    yield* isReadWhileItComes ? streamLink(link, context) : fetchLink(link, context)
  }
}
