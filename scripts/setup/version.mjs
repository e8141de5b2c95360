/**
 * The version in what a program says of itself: the first number with a dot in it.
 * @param {string} text
 * @returns {string | undefined}
 */
export function readVersion(text) {
  return /\d+(?:\.\d+)+/.exec(text)?.[0]
}

/**
 * @param {string | undefined} version
 * @param {string} floor
 */
export function isAtLeast(version, floor) {
  if (version === undefined) return false
  const [have, need] = [version, floor].map((text) => text.split('.').map(Number))
  for (const [index, wanted] of (need ?? []).entries()) {
    const part = have?.[index] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}
