import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * A stamp is a small file that says from which inputs something was made.
 * @param {string} stampPath
 * @param {readonly string[]} inputs files
 * @returns {boolean} true when it was made from these inputs as they are now
 */
export function isStamped(stampPath, inputs) {
  return read(stampPath)?.toString('utf8') === digest(inputs)
}

/**
 * @param {string} stampPath
 * @param {readonly string[]} inputs
 */
export function stamp(stampPath, inputs) {
  mkdirSync(dirname(stampPath), { recursive: true })
  writeFileSync(stampPath, digest(inputs))
}

/** @param {readonly string[]} inputs */
function digest(inputs) {
  const hash = createHash('sha256')
  for (const path of inputs) {
    const bytes = read(path)
    hash.update(bytes === undefined ? 'absent;' : `${String(bytes.length)};`).update(bytes ?? '')
  }
  return `${hash.digest('hex')}\n`
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
