import { execFile } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../..')
const execute = promisify(execFile)

/**
 * Builds and packs the package, and installs the tarball in an empty folder, as its users do it. All of it happens
 * below `folder`: the tree's own dist/ may be in use by a kernel.
 * @returns the folder it is installed in
 */
export async function installPackage(folder: string): Promise<string> {
  const stage = join(folder, 'stage')
  const home = join(folder, 'home')
  await mkdir(stage)
  await mkdir(home)
  for (const name of ['package.json', 'LICENSE', 'README.md', 'CHANGELOG.md'])
    await cp(join(root, name), join(stage, name))
  const run = async (program: string, args: readonly string[], cwd: string): Promise<string> =>
    (await execute(program, args, { cwd })).stdout
  await run(process.execPath, [join(root, 'scripts/build.ts'), join(root, 'src/index.ts'), join(stage, 'dist')], root)
  const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], stage)
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
  await writeFile(join(home, 'package.json'), '{ "private": true }')
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, filename)], home)
  return home
}
