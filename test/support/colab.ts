import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, toolEnvironment } from '../../scripts/environment.ts'
import { executeNotebook, type NotebookEvent, type NotebookResult } from '../../scripts/notebook/run.ts'
import { findProgram } from '../../src/tools/process.ts'
import { notebookOf, type Cell } from './kernel.ts'
import { packPackage } from './package.ts'

const BOOTSTRAP = join(ROOT, 'scripts', 'colab')
const STAND_IN = join(ROOT, 'test', 'notebook', 'colab')
/** What a Colab machine has, or apt puts there, and VaultStream needs. No Node, no 7zz. */
const PROGRAMS = ['aria2c', 'cat', 'grep', 'gzip', 'rclone', 'rm', 'setpriv', 'sh', 'sleep', 'tar']
const P7ZIP = `#!/bin/sh
printf '\\n7-Zip [64] 16.02 : Copyright (c) 1999-2016 Igor Pavlov : 2016-05-21\\np7zip Version 16.02 (locale=C)\\n'
`

/** A machine as Colab gives one, as far as it can be had here: Python's kernel, Colab's secrets, p7zip 16.02, little else. */
export interface ColabMachine {
  /** The notebook's. */
  readonly folder: string
  /** The packed package. */
  readonly tarball: string
  /** Runs cells on a fresh kernel; the first of them may be `setUp(...)`. */
  run(cells: readonly Cell[], options?: ColabOptions): Promise<ColabResult>
  /** Runs a notebook of ours there. */
  runNotebook(notebook: string, options?: ColabOptions): Promise<ColabResult>
  remove(): Promise<void>
}

export interface ColabOptions {
  /** Colab's secrets; null for one that the notebook may not read. Without: the page answers nothing. */
  readonly secrets?: Readonly<Record<string, string | null>>
  /** What somebody types when asked. Without: nobody is there. */
  readonly typed?: string
  readonly env?: Readonly<Record<string, string>>
  readonly onEvent?: (event: NotebookEvent) => void
}

export interface ColabResult extends NotebookResult {
  /** The notebook as saved. */
  readonly executed: string
  /** What a cell wrote. */
  textOf(index: number): string
}

/** A cell that sets VaultStream up; `args` are of Python. */
export function setUp(tarball: string, args = ''): string {
  return `import sys\nsys.path.insert(0, ${JSON.stringify(BOOTSTRAP)})\nimport vaultstream_colab\nvaultstream_colab.setup(${[JSON.stringify(tarball), args].filter(Boolean).join(', ')})`
}

export async function startColabMachine(): Promise<ColabMachine> {
  const folder = await mkdtemp(join(tmpdir(), 'colab-'))
  const tarball = await packPackage(folder)
  const searchPath = await machinePath(folder)
  const page = join(folder, 'page.json')

  const runNotebook: ColabMachine['runNotebook'] = async (notebook, { secrets, typed, env, onEvent } = {}) => {
    if (secrets !== undefined) await writeFile(page, JSON.stringify(secrets), { mode: 0o600 })
    const own = {
      PATH: searchPath,
      HOME: folder,
      XDG_DATA_HOME: join(folder, 'data'),
      PYTHONPATH: STAND_IN,
      PYTHONDONTWRITEBYTECODE: '1',
      // Else the kernel's debugger warns of what does not matter here.
      PYDEVD_DISABLE_FILE_VALIDATION: '1',
      COLAB_RELEASE_TAG: 'release-colab-external_20261120-060000_RC00',
      COLAB_SECRET_TIMEOUT: secrets === undefined ? '1' : '10',
      // npm's cache and settings are those of whoever runs the tests.
      npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm'),
      npm_config_userconfig: join(homedir(), '.npmrc'),
      ...(secrets === undefined ? {} : { COLAB_PAGE: page }),
      ...(typed === undefined ? {} : { COLAB_TYPED: typed }),
    }
    const into = join(folder, 'executed.ipynb')
    const driver = join(STAND_IN, 'run.py')
    const result = await executeNotebook(
      { notebook, into, driver, kernel: 'python3', env: { ...own, ...env } },
      onEvent,
    )
    return {
      ...result,
      executed: await readFile(into, 'utf8'),
      textOf: (index) =>
        result.events.map((event) => (event.type === 'stream' && event.index === index ? event.text : '')).join(''),
    }
  }

  return {
    folder,
    tarball,
    async run(cells, options) {
      const notebook = join(folder, 'cells.ipynb')
      await writeFile(notebook, JSON.stringify(notebookOf(cells)))
      return runNotebook(notebook, options)
    },
    runNotebook,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function machinePath(folder: string): Promise<string> {
  const bin = join(folder, 'bin')
  await mkdir(bin)
  const script = (name: string, text: string): Promise<void> => writeFile(join(bin, name), text, { mode: 0o755 })
  for (const name of PROGRAMS) {
    const program = findProgram([name], toolEnvironment()['PATH'])
    if (program === undefined) throw new Error(`${name} is not on the PATH.`)
    await script(name, `#!/bin/sh\nexec "${program}" "$@"\n`)
  }
  // One to be asked where packages come from; its Node is not on the PATH.
  const [node, npm] = ['node', 'npm'].map((name) => findProgram([name]))
  await script('npm', `#!/bin/sh\nexec "${node ?? ''}" "${npm ?? ''}" "$@"\n`)
  await script('7z', P7ZIP)
  return bin
}
