import { closeSync, openSync } from 'node:fs'

/** Whether this machine has FUSE at all: many containers do not, and then a refusal is all there is to test. */
export const HAS_FUSE = isOpenable('/dev/fuse')

function isOpenable(path: string): boolean {
  try {
    closeSync(openSync(path, 'r+'))
    return true
  } catch {
    return false
  }
}
