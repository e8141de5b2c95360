// Runs the notebooks in classic Jupyter in a real browser and keeps pictures of what a person sees:
// `node scripts/setup.mjs --tests && node scripts/screenshots.ts [FOLDER] [NAMES]` (default docs/images).
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'
import type { Locator, Page } from 'playwright-core'
import { ROOT } from './environment.ts'
import { idle, startBrowser, startJupyter } from './notebook/jupyter.ts'

const into = resolve(process.argv[2] ?? join(ROOT, 'docs', 'images'))
await mkdir(into, { recursive: true })
const scratch = await mkdtemp(join(tmpdir(), 'vaultstream-screenshots-'))
// Jupyter saves what it runs: the notebooks are shown from a copy, as deep in the tree as they are.
const folder = join(ROOT, '.screenshots')
await rm(folder, { recursive: true, force: true })
await cp(join(ROOT, 'notebooks'), folder, { recursive: true, verbatimSymlinks: false })

const jupyter = await startJupyter(folder, {
  HOME: scratch,
  VAULTSTREAM_LOOPBACK_ONLY: '1',
  DEMO_FOLDER: join(scratch, 'demo'),
})
const browser = await startBrowser()
try {
  for (const name of process.argv[3]?.split(',') ?? ['quickstart', 'steps']) {
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, deviceScaleFactor: 2 })
    await show(page, name)
    await page.close()
    // The next notebook finds an empty remote as well.
    await rm(join(scratch, 'demo'), { recursive: true })
  }
} finally {
  await browser.close()
  await jupyter.stop()
  await rm(scratch, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
}

/** Opens a notebook, runs all, takes the panel in mid-run and everything at the end. */
async function show(page: Page, name: string): Promise<void> {
  await jupyter.show(page, name)
  await page.evaluate('Jupyter.notebook.execute_all_cells()')
  const running = page.locator('.output_html').filter({ hasText: /ETA|faltam/ })
  await running.first().waitFor({ timeout: 60_000 })
  await sleep(8_000)
  // A short one is over by now.
  if ((await running.count()) > 0) await take(running.first(), `${name}-running`)
  await idle(page)
  await sleep(1_000)
  for (const [index, output] of (await page.locator('.output_html').all()).entries()) {
    await take(output, `${name}-${String(index + 1)}`)
  }
  const height = await page.evaluate<number>("document.querySelector('#notebook-container').scrollHeight + 200")
  await page.setViewportSize({ width: 1100, height })
  await page.screenshot({ path: join(into, `${name}-page.png`) })
}

async function take(what: Locator, name: string): Promise<void> {
  // A live panel is replaced ten times a second, at times between two looks of the browser at it.
  await pRetry(() => what.screenshot({ path: join(into, `${name}.png`), timeout: 2_000 }), {
    minTimeout: 50,
    factor: 1,
  })
  console.log(join(into, `${name}.png`))
}
