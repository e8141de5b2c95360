import type { PlannedFile, PlannedParcel } from './model.ts'

/** A parcel is closed before it would grow past this; a larger file has a parcel of its own. */
const PARCEL_BYTES = 256 * 1024 * 1024
/** Keeps an archive's listing, and a parcel's record, of a size that is quick to read. */
const PARCEL_FILES = 20_000

/**
 * Splits an item's files into parcels, in their order. Depends on the list alone, so that every machine and every
 * disk budget splits alike. Every parcel holds at least one file; an item without files has no parcel.
 */
export function splitIntoParcels(files: readonly PlannedFile[]): PlannedParcel[] {
  const groups: PlannedFile[][] = []
  let room = 0
  for (const file of files) {
    const sizeBytes = file.sizeBytes ?? PARCEL_BYTES
    const group = groups.at(-1)
    if (group === undefined || group.length >= PARCEL_FILES || sizeBytes > room) {
      groups.push([file])
      room = PARCEL_BYTES - sizeBytes
    } else {
      group.push(file)
      room -= sizeBytes
    }
  }
  return groups.map((group, index) => ({ number: index + 1, files: group }))
}
