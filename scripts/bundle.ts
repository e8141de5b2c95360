import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { ROOT } from './environment.ts'

/**
 * Makes one file of a program, as npm carries it: a user's process does not strip types either. Its dependencies are
 * found from there.
 * @param purpose - names the folder
 * @returns its absolute path
 */
export async function bundleProgram(entry: string, purpose: string): Promise<string> {
  const folder = join(ROOT, 'node_modules', '.cache', `vaultstream-${purpose}`)
  const outfile = join(folder, basename(entry).replace(/\.ts$/, '.mjs'))
  await build({ entryPoints: [entry], outfile, bundle: true, packages: 'external', format: 'esm', platform: 'node' })
  return outfile
}
