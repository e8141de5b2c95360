/**
 * VaultStream runs on Linux, which WSL is.
 * @param {string} platform as in `process.platform`
 * @param {string} arch as in `process.arch`
 * @returns {string | undefined} the refusal, or undefined where it runs
 */
export function judgePlatform(platform, arch) {
  if (platform !== 'linux') return `VaultStream runs on Linux (and on WSL); this is ${platform}.`
  if (arch !== 'x64' && arch !== 'arm64') return `VaultStream runs on x64 and arm64; this is ${arch}.`
  return undefined
}
