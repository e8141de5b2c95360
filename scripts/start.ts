// `npm start`: the quickstart notebook from beginning to end, on its kernel, as a person would run it; then a proof of
// what it left behind that needs nothing of VaultStream.
import { mkdir, readFile, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { ROOT } from './environment.ts'
import { runNotebook, type NotebookProblem } from './notebook/run.ts'
import { Screen } from './start/screen.ts'
import { proveArchives, type Proof } from './start/proof.ts'

const NOTEBOOK = join(ROOT, 'notebooks', 'quickstart.ipynb')

const folder = await newFolder()
const places = {
  remote: join(folder, 'remote'),
  passphraseFile: join(folder, 'passphrase'),
  executed: join(folder, 'quickstart.executed.ipynb'),
}
const stopping = new AbortController()
process.once('SIGINT', () => {
  // The runner hears it as well, and ends its kernel.
  stopping.abort()
})
const problems = await play()
if (stopping.signal.aborted) {
  console.log('\nStopped.')
  process.exitCode = 130
} else if (problems.length > 0) {
  tellProblems(problems)
  process.exitCode = 1
} else {
  await tellProof(await proveArchives(places))
}

/** Runs the notebook and shows it. */
async function play(): Promise<readonly NotebookProblem[]> {
  const screen = new Screen(process.stdout)
  const problems: NotebookProblem[] = []
  const env = { ...withoutSettings(), VAULTSTREAM_LOOPBACK_ONLY: '1', DEMO_FOLDER: folder }
  for await (const event of runNotebook({ notebook: NOTEBOOK, into: places.executed, env })) {
    screen.handle(event)
    if (event.type === 'problem') problems.push(event)
  }
  return problems
}

function tellProblems(problems: readonly NotebookProblem[]): void {
  console.error('\nThe notebook did not run to its end:')
  for (const { index, text } of problems) console.error(`- cell ${index === null ? '?' : String(index + 1)}: ${text}`)
  console.error(`What it showed is in ${shown(places.executed)}.`)
}

async function tellProof({ program, archives, files, differing }: Proof): Promise<void> {
  const { passphraseFile } = places
  const passphrase = (await readFile(passphraseFile, 'utf8')).trim()
  const mode = ((await stat(passphraseFile)).mode & 0o777).toString(8).padStart(4, '0')
  const [archive = ''] = archives
  const isProven = files.length > 0 && differing.length === 0
  const sums = files.map(({ path, sha256 }) => `  ${sha256.slice(0, 16)}…  ${path}`)
  const verdict = isProven
    ? `Plain 7-Zip opened ${counted(archives.length, 'archive')}; ${counted(files.length, 'file')} equal to the source (SHA-256):`
    : `NOT PROVEN: plain 7-Zip opened ${counted(archives.length, 'archive')}, but these differ or are missing: ${differing.join(', ')}`
  console.log(`
What happened: a torrent of two public-domain books came from a seeder on this
machine, was encrypted, copied to a folder that plays the cloud, verified there,
restored once, and wiped here.

${verdict}
${sums.join('\n')}

The archive
  ${shown(archive)}
Its passphrase (this is the only time it is shown)
  ${passphrase}
  also in ${shown(passphraseFile)} (${mode})
Open it with plain 7-Zip
  ${quoted(program)} x ${quoted(shown(archive))} -oopened < ${quoted(shown(passphraseFile))}
The notebook just run, with all it showed
  ${shown(places.executed)}
Your own links: this opens the same notebook in Jupyter, its second cell is yours
  npm run notebook
The same on the terminal, without a notebook
  npm run -s vaultstream -- setup`)
  process.exitCode = isProven ? 0 : 1
}

/** `demo-runs/2026-11-22T22-03-01`, for this user alone. */
async function newFolder(): Promise<string> {
  const runs = join(ROOT, 'demo-runs')
  await mkdir(runs, { recursive: true, mode: 0o700 })
  const name = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  for (let number = 1; ; number++) {
    const path = join(runs, number === 1 ? name : `${name}-${String(number)}`)
    const made = await mkdir(path, { mode: 0o700 }).then(
      () => true,
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
        throw error
      },
    )
    if (made) return path
  }
}

/** The example is about itself: whatever vault this shell is set up for has no part in it. */
function withoutSettings(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) => /^(VAULTSTREAM|RCLONE)_/.test(name))
  return Object.fromEntries(names.map((name) => [name, undefined]))
}

/** As one would type it here; a bare command stays as it is. */
function shown(path: string): string {
  if (!isAbsolute(path)) return path
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short
}

function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`
}
