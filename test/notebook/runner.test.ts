import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { executeNotebook, runNotebook, type NotebookEvent, type NotebookResult } from '../../scripts/notebook/run.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runner-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

function options(fixture: string) {
  return {
    notebook: join(import.meta.dirname, 'fixtures', `${fixture}.ipynb`),
    into: join(folder, `${fixture}.ipynb`),
    cellTimeoutSeconds: 30,
  }
}

function reasons(result: NotebookResult): string[] {
  return result.problems.map(({ reason, index }) => `${reason} in ${String(index)}`)
}

test('a notebook that works, on Node 24', async () => {
  const result = await executeNotebook(options('ok'))
  expect(result.ok).toBe(true)
  expect(result.output).toMatch(/^the answer is 42\nv24\./)
  expect(result.events.map(({ type }) => type)).toEqual([
    'markdown',
    ...['started', 'stream', 'ended'],
    ...['started', 'stream', 'ended'],
    'closed',
  ])
  const executed = await readFile(result.executedPath, 'utf8')
  expect(executed).toContain('the answer is 42')
})

test('an error ends the run, with its text', async () => {
  const result = await executeNotebook(options('error'))
  expect(result.ok).toBe(false)
  expect(reasons(result)).toEqual(['error in 1'])
  expect(result.problems[0]?.text).toContain('Error: on purpose')
  expect(result.output).not.toContain('never')
})

test('a cell that does not compile is an error as well', async () => {
  const result = await executeNotebook(options('compile-error'))
  expect(result.ok).toBe(false)
  expect(result.problems[0]?.text).toContain("Type 'string' is not assignable to type 'number'")
})

test('after an expected error the next cell runs, although the kernel aborts what comes too soon', async () => {
  const result = await executeNotebook(options('expected-error'))
  expect(result.problems).toEqual([])
  expect(result.ok).toBe(true)
  expect(result.output).toContain('after')
})

test.each(['rejection', 'late-rejection'])('a %s that nobody handles fails the run', async (fixture) => {
  const result = await executeNotebook(options(fixture))
  expect(result.ok).toBe(false)
  expect(reasons(result)).toEqual(['rejection in 0'])
  expect(result.problems[0]?.text).toContain('nobody waits')
})

test('a kernel that ends is noticed', async () => {
  const result = await executeNotebook(options('died'))
  expect(result.ok).toBe(false)
  expect(reasons(result)).toEqual(['died in 0'])
})

test('a cell has only so much time', async () => {
  const result = await executeNotebook({ ...options('hangs'), cellTimeoutSeconds: 1 })
  expect(result.ok).toBe(false)
  expect(reasons(result)).toEqual(['timeout in 0'])
})

test('a kernel that does not exist is told, not thrown', async () => {
  const result = await executeNotebook({ ...options('ok'), kernel: 'no-such-kernel' })
  expect(result.ok).toBe(false)
  expect(reasons(result)).toEqual(['kernel in null'])
  expect(result.problems[0]?.text).toContain('no-such-kernel')
})

test('displays are seen while they change, and the executed notebook keeps their last state', async () => {
  const seen: { html: string; at: number }[] = []
  const result = await executeNotebook(options('display'), (event) => {
    if (event.type === 'display' || event.type === 'update')
      seen.push({ html: event.html ?? '', at: performance.now() })
  })
  expect(result.ok).toBe(true)
  expect(seen.map(({ html }) => html)).toEqual(['<b>1</b>', '<b>2</b>', '<b>3</b>', '<b>4</b>'])
  // The cell waits 300 ms between them: had they come together at its end, they would be no live display.
  expect((seen[2]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThan(400)

  const executed = JSON.parse(await readFile(result.executedPath, 'utf8')) as {
    cells: { outputs: { data?: { 'text/html'?: string[] } }[] }[]
  }
  const htmls = executed.cells.map(({ outputs }) => outputs.flatMap(({ data }) => data?.['text/html'] ?? []))
  expect(htmls).toEqual([[], ['<b>4</b>'], []])
})

test('leaving early ends the kernel', async () => {
  const events: NotebookEvent[] = []
  for await (const event of runNotebook(options('hangs'))) {
    events.push(event)
    if (event.type === 'started') break
  }
  expect(events.map(({ type }) => type)).toEqual(['started'])
  // Written at the end, after the kernel was shut down.
  await expect(readFile(options('hangs').into, 'utf8')).resolves.toContain('nbformat')
})
