// Runs the notebooks in classic Jupyter in a real browser and keeps pictures of what a person sees:
// `node scripts/setup.mjs --browser && node scripts/screenshots.ts [FOLDER]` (default docs/images).
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'
import { chromium, type Locator, type Page } from 'playwright-core'
import { ROOT, toolEnvironment } from './environment.ts'

const into = resolve(process.argv[2] ?? join(ROOT, 'docs', 'images'))
await mkdir(into, { recursive: true })
const scratch = await mkdtemp(join(tmpdir(), 'vaultstream-screenshots-'))
const port = await freePort()
const token = randomBytes(16).toString('hex')
// Jupyter saves what it runs: the notebooks are shown from a copy, as deep in the tree as they are.
const folder = join(ROOT, '.screenshots')
await rm(folder, { recursive: true, force: true })
await cp(join(ROOT, 'notebooks'), folder, { recursive: true, verbatimSymlinks: false })

const server = spawn(
  'jupyter-notebook',
  ['--no-browser', '--ip=127.0.0.1', `--port=${String(port)}`, `--NotebookApp.token=${token}`, '--allow-root', folder],
  {
    env: {
      ...toolEnvironment(),
      HOME: scratch,
      VAULTSTREAM_LOOPBACK_ONLY: '1',
      DEMO_FOLDER: join(scratch, 'demo'),
    },
    stdio: 'ignore',
  },
)
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'],
})
try {
  await answering(`http://127.0.0.1:${String(port)}/api?token=${token}`)
  for (const name of process.argv[3]?.split(',') ?? ['quickstart', 'steps']) {
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, deviceScaleFactor: 2 })
    await show(page, name)
    await page.close()
    // The next notebook finds an empty remote as well.
    await rm(join(scratch, 'demo'), { recursive: true })
  }
} finally {
  await browser.close()
  server.kill('SIGTERM')
  await rm(scratch, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
}

/** Opens a notebook, runs all, takes the panel in mid-run and everything at the end. */
async function show(page: Page, name: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${String(port)}/notebooks/${name}.ipynb?token=${token}`)
  await page.waitForFunction('window.Jupyter?.notebook?.kernel?.is_connected() === true', undefined, {
    timeout: 60_000,
  })
  await page.evaluate('Jupyter.notebook.execute_all_cells()')
  const running = page.locator('.output_html').filter({ hasText: 'ETA' })
  await running.first().waitFor({ timeout: 60_000 })
  await sleep(8_000)
  await take(running.first(), `${name}-running`)
  await page.waitForFunction(
    "!Jupyter.notebook.kernel_busy && document.querySelectorAll('.cell.running').length === 0",
    undefined,
    {
      timeout: 120_000,
    },
  )
  await sleep(1_000)
  for (const [index, output] of (await page.locator('.output_html').all()).entries()) {
    await take(output, `${name}-${String(index + 1)}`)
  }
  const height = await page.evaluate<number>("document.querySelector('#notebook-container').scrollHeight + 200")
  await page.setViewportSize({ width: 1100, height })
  await page.screenshot({ path: join(into, `${name}-page.png`) })
}

async function take(what: Locator, name: string): Promise<void> {
  // A live panel is replaced four times a second, at times between two looks of the browser at it.
  await pRetry(() => what.screenshot({ path: join(into, `${name}.png`), timeout: 2_000 }), {
    minTimeout: 50,
    factor: 1,
  })
  console.log(join(into, `${name}.png`))
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (
      await fetch(url).then(
        (response) => response.ok,
        () => false,
      )
    )
      return
    await sleep(200)
  }
  throw new Error('Jupyter did not start: run `node scripts/setup.mjs --browser`.')
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => probe.once('listening', done))
  const { port: free } = probe.address() as AddressInfo
  await new Promise((done) => probe.close(done))
  return free
}
