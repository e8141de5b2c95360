import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { executeNotebook, type NotebookEvent, type NotebookProblem } from '../../scripts/notebook/run.ts'

export interface Cell {
  readonly source: string
  /** It is expected to end in an error. */
  readonly mayFail?: boolean
}

export interface CellOutput {
  readonly output_type: string
  /** Of a stream. */
  readonly text?: string | readonly string[]
  /** Of a display. */
  readonly data?: Readonly<Record<string, string | readonly string[]>>
}

/** What happened, and when it was seen. */
export type Seen = NotebookEvent & { readonly atMs: number }

export interface Executed {
  /** For each cell what the executed notebook keeps. */
  readonly outputs: readonly (readonly CellOutput[])[]
  readonly events: readonly Seen[]
  readonly problems: readonly NotebookProblem[]
}

/**
 * Runs cells on the real kernel, in a fresh folder where `require('./library.cjs')` gives what `entry` (the text of a
 * module beside this one) exports.
 */
export async function runCells(
  entry: string,
  cells: readonly Cell[],
  onEvent?: (event: NotebookEvent) => void,
): Promise<Executed> {
  const folder = await mkdtemp(join(tmpdir(), 'vaultstream-kernel-'))
  try {
    await bundleLibrary(entry, folder)
    const notebook = join(folder, 'cells.ipynb')
    const into = join(folder, 'executed.ipynb')
    await writeFile(notebook, JSON.stringify(notebookOf(cells)))
    const seen: Seen[] = []
    const { problems } = await executeNotebook({ notebook, into, cellTimeoutSeconds: 60 }, (event) => {
      seen.push({ ...event, atMs: performance.now() })
      onEvent?.(event)
    })
    const executed = JSON.parse(await readFile(into, 'utf8')) as { cells: { outputs: CellOutput[] }[] }
    return { outputs: executed.cells.map((cell) => cell.outputs), events: seen, problems }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Makes `library.cjs` in a folder, of the text of a module beside this one. */
export async function bundleLibrary(entry: string, folder: string): Promise<void> {
  await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile: join(folder, 'library.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    logLevel: 'warning',
  })
}

/** The text of a field of a notebook, which may be kept as lines. */
export function joined(text: string | readonly string[] | undefined): string {
  return typeof text === 'string' ? text : (text ?? []).join('')
}

/** A notebook of these cells, as its file says it. */
export function notebookOf(cells: readonly Cell[]): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map(({ source, mayFail = false }, index) => ({
      id: `cell-${index}`,
      cell_type: 'code',
      source,
      metadata: mayFail ? { tags: ['raises-exception'] } : {},
      outputs: [],
      execution_count: null,
    })),
  }
}
