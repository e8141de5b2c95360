import { findOnPath } from './command.mjs'
import { MAY_INSTALL, aptInstall, byHand } from './debian.mjs'
import { SetupProblem } from './report.mjs'

/**
 * Chromium, for the tests that look at notebooks as people do. An ordinary user installs it by hand: it wants far more
 * than unpacking.
 * @returns {Promise<import('./report.mjs').Outcome>}
 */
export async function installBrowser() {
  if (findOnPath('chromium') !== undefined) return { found: 'chromium' }
  const packages = ['chromium', 'fonts-dejavu-core']
  if (!MAY_INSTALL) throw new SetupProblem('Chromium is not here.', byHand(packages))
  await aptInstall(packages)
  return { did: 'installed' }
}
