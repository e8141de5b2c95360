import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, open, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { toolEnvironment } from '../environment.ts'
import { BOOKS } from '../demo/books.ts'
import { findOnPath } from '../setup/command.mjs'

export interface Proof {
  /** The 7-Zip that opened them. */
  readonly program: string
  /** First volumes. */
  readonly archives: readonly string[]
  /** What came out of them. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[]
  /** Books that did not come out, or not as they went in. */
  readonly differing: readonly string[]
}

/**
 * Opens what lies at the remote with plain 7-Zip and the passphrase, and compares it with the books themselves. Nothing
 * of VaultStream has a part in it.
 */
export async function proveArchives(places: {
  readonly remote: string
  readonly passphraseFile: string
}): Promise<Proof> {
  const program = findSevenZip()
  const archives = (await filesIn(places.remote)).filter((path) => path.endsWith('.7z.001'))
  const folder = await mkdtemp(join(tmpdir(), 'vaultstream-proof-'))
  try {
    for (const archive of archives) await extract(program, archive, folder, places.passphraseFile)
    const files = await Promise.all(
      (await filesIn(folder)).map(async (path) => ({
        path: path.slice(folder.length + 1),
        sha256: await sha256(path),
      })),
    )
    const differing: string[] = []
    for (const { source, name } of BOOKS) {
      const found = files.find(({ path }) => basename(path) === name)
      if (found?.sha256 !== (await sha256(source))) differing.push(name)
    }
    return { program, archives, files, differing }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Its short name where the user's own PATH has it. */
function findSevenZip(): string {
  const own = ['7zz', '7z'].find((name) => findOnPath(name) !== undefined)
  const program = own ?? findOnPath('7zz', toolEnvironment()['PATH'])
  if (program === undefined) throw new Error('There is no 7-Zip to prove the archive with.')
  return program
}

/** The passphrase comes on standard input, from its file: never in the command line. */
async function extract(program: string, archive: string, into: string, passphraseFile: string): Promise<void> {
  const passphrase = await open(passphraseFile)
  try {
    const child = spawn(program, ['x', '-y', '-bd', `-o${into}`, archive], {
      stdio: [passphrase.fd, 'ignore', 'inherit'],
      env: { PATH: toolEnvironment()['PATH'], LC_ALL: 'C.UTF-8' },
      detached: true,
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code !== 0) throw new Error(`7-Zip could not open ${archive} (exit code ${String(code)}).`)
  } finally {
    await passphrase.close()
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}
