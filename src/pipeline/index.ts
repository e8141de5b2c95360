import { toVaultError, type ErrorInfo } from '../errors.ts'
import { ITEM_STAGES, type ItemStage, type ItemSummary, type RunStatus } from '../events.ts'
import type { Source } from '../source/index.ts'
import type { StepContext } from './context.ts'
import { discard } from './discard.ts'
import { download } from './download.ts'
import { encrypt } from './encrypt.ts'
import type { Manifest } from './manifest.ts'
import type { ItemPlan, Proof, Receipt } from './model.ts'
import { planItem } from './plan.ts'
import { publish } from './publish.ts'
import { trackRooms } from './rooms.ts'
import { findStored } from './stored.ts'
import { upload, uploadVolume } from './upload.ts'
import { verify } from './verify.ts'
import { wipe } from './wipe.ts'

/** How an item's way ended. */
export interface ItemOutcome {
  readonly status: RunStatus
  readonly plan: ItemPlan | null
  readonly manifest: Manifest | null
  readonly proof: Proof | null
  /** Already complete at the remote when the run began: nothing was fetched or sent. */
  readonly isReused: boolean
  readonly receipt: Receipt | null
  readonly error: ErrorInfo | null
}

/**
 * Takes one item all the way: source, validate, download, encrypt, upload, verify, publish, wipe.
 * Each step hands the next an async iterable and works ahead of it by as much as there is room for: a volume is
 * uploaded, proven and removed while later ones are written, and a slow remote slows the download. Never rejects;
 * after a failure what is here stays until it is wiped or swept, or another item needs its room.
 */
export async function runItem(source: Source, given: StepContext): Promise<ItemOutcome> {
  const abandonment = new AbortController()
  const causes: unknown[] = []
  const rooms = trackRooms(given.disk)
  const context: StepContext = {
    ...given,
    disk: rooms.disk,
    signal: AbortSignal.any([abandonment.signal, ...(given.signal === undefined ? [] : [given.signal])]),
    abandon: (cause) => {
      causes.push(cause)
      abandonment.abort()
    },
  }
  let plan: ItemPlan | null = null
  try {
    plan = await planItem(source, context)
    const stored = await findStored(plan, context)
    if (stored !== null) return ended(context, { ...NOTHING, status: 'done', plan, manifest: stored, isReused: true })

    const parcels = download(plan, context)
    const sealed = encrypt(plan, parcels, context)
    const uploaded = upload(plan, sealed, context)
    const proven = verify(plan, uploaded, context, resend(plan, context))
    const removed = discard(proven, context)
    const { manifest, proof } = await publish(plan, removed, context)
    const receipt = await wipe(manifest, context)
    rooms.release()
    return ended(context, { ...NOTHING, status: 'done', plan, manifest, proof, receipt })
  } catch (thrown) {
    rooms.abandon(() => context.workspace.wipeItem(context.item))
    // What was stopped because of it may have come out before it.
    return failed(causes.find((cause) => cause !== undefined) ?? thrown, plan, given)
  }
}

/** The way to send a volume again whose copy differs. */
export function resend(plan: ItemPlan, context: StepContext): Parameters<typeof verify>[3] {
  return (volume) => uploadVolume(plan, volume, context)
}

/** An outcome before anything came of it. */
export const NOTHING = { plan: null, manifest: null, proof: null, isReused: false, receipt: null, error: null } as const

function failed(thrown: unknown, plan: ItemPlan | null, context: StepContext): ItemOutcome {
  const error = toVaultError(thrown, plan === null ? 'validate' : 'download').toJSON()
  const stage: ItemStage = ITEM_STAGES.find((candidate) => candidate === error.stage) ?? 'validate'
  context.emit({ type: 'stage.failed', item: context.item, stage, error })
  return ended(context, { ...NOTHING, status: error.code === 'CANCELLED' ? 'cancelled' : 'failed', plan, error })
}

function ended(context: StepContext, outcome: ItemOutcome): ItemOutcome {
  const { item, emit, remote } = context
  emit({ type: 'item.ended', item, status: outcome.status, summary: summarize(outcome, remote.spec) })
  return outcome
}

/** An outcome in the words that views show. */
export function summarize(
  { plan, manifest, proof, isReused, receipt, error }: ItemOutcome,
  remote: string,
): ItemSummary {
  const volumes = manifest?.parcels.flatMap((parcel) => parcel.volumes)
  return {
    label: manifest?.label ?? plan?.label ?? '',
    id: plan?.id ?? null,
    sizeBytes: manifest?.sizeBytes ?? plan?.sizeBytes ?? null,
    fileCount: plan?.files.length ?? null,
    volumeCount: volumes?.length ?? null,
    storedBytes: volumes?.reduce((sum, volume) => sum + volume.sizeBytes, 0) ?? null,
    remotePath: manifest === null ? null : `${remote.replace(/(?<=[^:/])$/, '/')}${manifest.itemId}`,
    proof: isReused ? 'by the earlier run that stored it; all of it is still there' : proof,
    wiped: receipt?.isComplete ?? isReused,
    error,
  }
}
