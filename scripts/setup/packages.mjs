import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { lastWords, run } from './command.mjs'
import { NODE, ROOT } from './places.mjs'
import { SetupProblem } from './report.mjs'
import { isStamped, stamp } from './stamp.mjs'

const STAMP = join(ROOT, 'node_modules', '.vaultstream-setup')
const INPUTS = [join(ROOT, 'package-lock.json'), join(ROOT, 'scripts', 'runtime', 'package.json')]

/**
 * The project's packages, Node 24 among them.
 * @returns {Promise<import('./report.mjs').Outcome>}
 */
export async function installPackages() {
  if (existsSync(NODE) && isStamped(STAMP, INPUTS)) return { found: 'node_modules' }
  await npm(['ci'], ROOT)
  if (!existsSync(NODE)) {
    throw new SetupProblem('npm left out Node 24.', 'Run `npm ci --include=optional` and then `npm run setup`.')
  }
  const version = (await run(NODE, ['--version'])).stdout.trim()
  stamp(STAMP, INPUTS)
  return { did: `installed from package-lock.json, Node ${version}` }
}

/**
 * Runs npm, the very one that runs us if one does.
 * @param {readonly string[]} args
 * @param {string} cwd
 */
export async function npm(args, cwd) {
  const own = process.env['npm_execpath']
  const [program, first] = own?.endsWith('.js') === true ? [process.execPath, [own]] : ['npm', []]
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { ok, output } = await run(program, [...first, ...args, ...flags], { cwd })
  if (ok) return
  const cure = `See whether the npm registry is reachable, then run \`npm run setup\` again, or by hand, in ${cwd}: npm ${args.join(' ')}`
  throw new SetupProblem(`npm ${args.join(' ')} failed: ${lastWords(output)}`, cure)
}
