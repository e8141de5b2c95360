import { cp, mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { ROOT } from '../../scripts/environment.ts'
import { idle, startBrowser, startJupyter, type Jupyter } from '../../scripts/notebook/jupyter.ts'
import { afterFailure } from '../support/kernel-session.ts'
import { toolsOf } from '../support/processes.ts'
import { filesIn } from '../support/swarm.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

let home: string
let folder: string
let workspace: string
let jupyter: Jupyter
let page: Page
/** What began is ended, also where something after it did not begin. */
const ends: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'browser-'))
  ends.push(() => rm(home, { recursive: true }))
  workspace = join(home, 'work', 'vaultstream')
  // Jupyter saves what it runs: a copy, as deep in the tree as the notebooks are.
  folder = await mkdtemp(join(ROOT, '.browser-'))
  ends.push(() => rm(folder, { recursive: true }))
  await cp(join(ROOT, 'notebooks'), folder, { recursive: true })
  jupyter = await startJupyter(folder, {
    HOME: home,
    VAULTSTREAM_LOOPBACK_ONLY: '1',
    VAULTSTREAM_WORKSPACE: join(home, 'work'),
    DEMO_FOLDER: join(home, 'demo'),
    DEMO_BYTES_PER_SECOND: '40000',
  })
  ends.push(() => jupyter.stop())
  page = await browser.newPage()
  ends.push(() => page.close())
  await jupyter.show(page, 'quickstart')
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** The output of the cell whose source has this in it, as a person reads it. */
function output(source: string) {
  return page
    .locator('.code_cell')
    .filter({ has: page.locator('.input_area', { hasText: source }) })
    .locator('.output')
}

async function runUntilItDownloads(): Promise<void> {
  await page.evaluate('Jupyter.notebook.execute_all_cells()')
  await vi.waitUntil(async () => (await output('vault.run(').innerText()).includes('ETA'), {
    timeout: 60_000,
    interval: 100,
  })
  expect(await toolsOf(home)).not.toEqual([])
}

test('run all: the panel is seen moving, and everything is done', async () => {
  await page.evaluate('Jupyter.notebook.execute_all_cells()')
  const seen = new Set<string>()
  await vi.waitUntil(
    async () => {
      const text = await output('vault.run(').innerText()
      seen.add(text)
      return text.includes('Item id')
    },
    { timeout: 100_000, interval: 100 },
  )
  expect(seen.size).toBeGreaterThan(10)
  await idle(page)
  expect(await output('vault.restore(').innerText()).toContain('every byte compared')
  expect(await output('vault.wipe()').innerText()).toContain('Wiped')
  expect(await page.locator('.output_stderr, .output_error').count()).toBe(0)
  expect(await filesIn(workspace)).toEqual([])
})

test('Interrupt in the middle of a run: the next cell works', async () => {
  await runUntilItDownloads()
  await page.locator('[data-jupyter-action="jupyter-notebook:interrupt-kernel"]').click()
  await vi.waitUntil(async () => (await output('vault.run(').innerText()).includes('cancelled'), { timeout: 20_000 })
  await idle(page)
  await afterFailure()
  const cell = 'Jupyter.notebook.get_cells().find((cell) => cell.get_text().includes("vault.list()"))'
  await page.evaluate(`${cell}.execute()`)
  await vi.waitUntil(async () => (await output('vault.list()').innerText()).includes('Nothing is stored'), {
    timeout: 20_000,
  })
})

test('the kernel is restarted in the middle of a run: the workspace is empty, and no tool runs', async () => {
  await runUntilItDownloads()
  await page.evaluate('Jupyter.notebook.kernel.restart()')
  await vi.waitFor(
    async () => {
      expect(existsSync(workspace) ? await filesIn(workspace) : []).toEqual([])
      expect(await toolsOf(home)).toEqual([])
    },
    { timeout: 15_000, interval: 100 },
  )
})
