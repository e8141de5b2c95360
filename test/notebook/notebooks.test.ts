import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { executeNotebook, type NotebookEvent, type NotebookResult } from '../../scripts/notebook/run.ts'
import { installPackage } from '../support/package.ts'
import { contentsOf } from '../support/vault.ts'

const notebooks = resolve(import.meta.dirname, '../../notebooks')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notebooks-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs one of our notebooks as it is, the example's seeder made quick. */
async function execute(name: string): Promise<NotebookResult & { demo: string; executed: string }> {
  const demo = join(folder, name)
  const result = await executeNotebook({
    notebook: join(notebooks, `${name}.ipynb`),
    into: join(folder, `${name}.ipynb`),
    env: {
      DEMO_FOLDER: demo,
      DEMO_BYTES_PER_SECOND: '300000',
      VAULTSTREAM_LOOPBACK_ONLY: '1',
      VAULTSTREAM_LOCALE: 'en',
      VAULTSTREAM_WORKSPACE: folder,
    },
  })
  return { ...result, demo, executed: await readFile(result.executedPath, 'utf8') }
}

function lastText(events: readonly NotebookEvent[], index: number): string {
  const shown = events.flatMap((event) =>
    (event.type === 'display' || event.type === 'update') && event.index === index ? [event.text ?? ''] : [],
  )
  return shown.at(-1) ?? ''
}

function codeCells(events: readonly NotebookEvent[], containing: string): number {
  const cell = events.find((event) => event.type === 'started' && event.source.includes(containing))
  return cell?.type === 'started' ? cell.index : -1
}

test.each(['quickstart', 'steps'])('%s runs from top to bottom without editing', async (name) => {
  const { ok, problems, events, demo, executed } = await execute(name)
  expect(problems).toEqual([])
  expect(ok).toBe(true)

  // The remote holds one complete item, the restored folder both books, the workspace nothing.
  const remote = await readdir(join(demo, 'remote'))
  expect(remote.filter((entry) => /^[a-z2-7]{26}$/.test(entry))).toHaveLength(1)
  const books = Object.keys(await contentsOf(join(demo, 'restored')))
  expect(books.map((path) => path.split('/').at(-1))).toEqual([
    "Alice's Adventures in Wonderland by Lewis Carroll.txt",
    'Leaves of Grass by Walt Whitman.epub',
  ])
  expect(await contentsOf(join(folder, 'vaultstream'))).toEqual({})

  // The notebook as saved: no passphrase, and panels in their final state.
  const passphrase = (await readFile(join(demo, 'passphrase'), 'utf8')).trim()
  expect(passphrase).toMatch(/^[0-9a-z-]{35}$/)
  expect(executed).not.toContain(passphrase)
  expect(events.flatMap((event) => (event.type === 'stream' && event.name === 'stderr' ? [event.text] : []))).toEqual(
    [],
  )
  expect(lastText(events, codeCells(events, 'vault.wipe()'))).toContain('nothing of it is left in the workspace')
  expect(lastText(events, codeCells(events, 'vault.restore('))).toContain('every byte compared')

  // One panel a call, seen moving, in the place where it began.
  const cell = codeCells(events, name === 'steps' ? 'item.download()' : 'vault.run(')
  const panels = events.filter((event) => (event.type === 'display' || event.type === 'update') && event.index === cell)
  expect(panels.filter((event) => event.type === 'display')).toHaveLength(1)
  expect(panels.length).toBeGreaterThan(4)
  expect(panels.some((event) => 'text' in event && event.text?.includes('download ['))).toBe(true)
  if (name === 'quickstart') expect(lastText(events, cell)).toMatch(/done[^]*Item id[^]*Proof[^]*Wiped +yes/)
})

test('a cell imports the package as npm installs it, typed', async () => {
  const home = await installPackage(folder)
  const cells = [
    "import { openVault, type RunReport } from 'vaultstream'",
    "const vault = await openVault({ remote: './archives', generatePassphrase: true, passphraseFile: './passphrase', workspace: './work' })",
    "const report: RunReport = await vault.run('http://127.0.0.1:1/refused')\nreport.items[0].error.code",
    "const wrong = openVault({ remotes: 'x' })",
    'await vault.wipe()',
  ]
  const notebook = join(home, 'cells.ipynb')
  await writeFile(
    notebook,
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: cells.map((source, index) => ({
        id: `cell-${String(index)}`,
        cell_type: 'code',
        source,
        metadata: index === 3 ? { tags: ['raises-exception'] } : {},
        outputs: [],
        execution_count: null,
      })),
    }),
  )
  const result = await executeNotebook({ notebook, into: join(home, 'executed.ipynb') })
  expect(result.problems).toEqual([])
  expect(result.output).toContain('LINK_UNAVAILABLE')
  expect(result.output).toContain("'remotes' does not exist in type 'VaultOptions'")
})
