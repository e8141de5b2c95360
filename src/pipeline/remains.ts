import type { StepContext } from './context.ts'
import { readJournal, runIdsIn } from './journal.ts'
import type { ItemPlan } from './model.ts'
import { parcelRecordName, readManifests } from './records.ts'

/**
 * Removes from the remote what runs of this machine that were cut short sent there and no manifest of the item refers
 * to: volumes, and records of parcels. To be called once the item is complete; a failure is told and nothing worse.
 * @param runIds - from the journal of this machine: what other machines are at work on is theirs
 */
export async function removeRemains(itemId: string, runIds: readonly string[], context: StepContext): Promise<void> {
  if (runIds.length === 0) return
  const { remote, signal, emit, item } = context
  try {
    const { records: manifests, refusals } = await readManifests(itemId, context)
    // One that cannot be read may refer to anything.
    if (refusals.length > 0) return
    const parcels = manifests.flatMap((manifest) => manifest.parcels)
    const wanted = new Set([
      ...parcels.map(parcelRecordName),
      ...parcels.flatMap(({ runId, volumes }) => volumes.map(({ name }) => `${runId}/${name}`)),
    ])
    for (const { name } of await remote.list(itemId, { signal })) {
      const isOfThem = runIds.some((runId) => name.startsWith('parcel-') && name.endsWith(`.${runId}.7z`))
      if (isOfThem && !wanted.has(name)) await remote.remove(`${itemId}/${name}`)
    }
    for (const runId of runIds) {
      const names = (await remote.list(`${itemId}/${runId}`, { signal })).map(({ name }) => `${runId}/${name}`)
      const remains = names.filter((name) => !wanted.has(name))
      if (remains.length === names.length) await remote.removeFolder(`${itemId}/${runId}`)
      else for (const name of remains) await remote.remove(`${itemId}/${name}`)
    }
  } catch {
    if (signal?.aborted === true) return
    emit({
      type: 'warning',
      item,
      message: 'Volumes of a run that was cut short could not be removed from the remote.',
      hint: 'Nothing refers to them: the item itself is complete. They only take room there.',
    })
  }
}

/** What was left here of an item that turned out to be complete at the remote goes. */
export async function dropLeft(plan: ItemPlan, context: StepContext): Promise<void> {
  const folder = await context.workspace.takeLeft(context.item, plan.id)
  if (folder === null) return
  await removeRemains(plan.id, runIdsIn(await readJournal(folder)), context)
  await context.workspace.wipeItem(context.item)
}
