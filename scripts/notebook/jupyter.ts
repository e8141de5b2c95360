import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import pRetry from 'p-retry'
import { chromium, type Browser, type Page } from 'playwright-core'
import { findProgram } from '../../src/tools/process.ts'
import { PYTHON, toolEnvironment } from '../environment.ts'

/** Classic Jupyter on loopback, as a user has it, for a browser to look at. */
export interface Jupyter {
  /** Opens a notebook of its folder; resolves once its kernel is there. */
  show(page: Page, name: string): Promise<void>
  /** Ends as Jupyter ends: its kernels are shut down. */
  stop(): Promise<void>
}

/** Starts one on a folder of notebooks. */
export async function startJupyter(folder: string, env: NodeJS.ProcessEnv): Promise<Jupyter> {
  const port = await freePort()
  const token = randomBytes(16).toString('hex')
  const options = ['--no-browser', '--ip=127.0.0.1', `--port=${String(port)}`, '--allow-root']
  const server = spawn(PYTHON, ['-m', 'notebook', ...options, folder], {
    // Not among the arguments, which everybody on the machine can read.
    env: { ...toolEnvironment(), ...env, JUPYTER_TOKEN: token },
    stdio: 'ignore',
  })
  const exited = once(server, 'exit')
  const url = (path: string): string => `http://127.0.0.1:${String(port)}/${path}?token=${token}`
  await pRetry(() => fetch(url('api')), { retries: 300, minTimeout: 200, factor: 1 }).catch((thrown: unknown) => {
    server.kill('SIGKILL')
    throw thrown
  })
  return {
    async show(page, name) {
      await page.goto(url(`notebooks/${name}.ipynb`))
      await page.waitForFunction('window.Jupyter?.notebook?.kernel?.is_connected() === true', undefined, {
        timeout: 60_000,
      })
    },
    async stop() {
      server.kill('SIGTERM')
      await exited
    },
  }
}

/** Chromium without a window, that speaks to nobody by itself. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findProgram(['chromium']) ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'],
  })
}

/** Waits until no cell runs or waits. */
export async function idle(page: Page, timeoutMs = 120_000): Promise<void> {
  await page.waitForFunction(
    "!Jupyter.notebook.kernel_busy && document.querySelectorAll('.cell.running').length === 0",
    undefined,
    { timeout: timeoutMs },
  )
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((done) => probe.close(done))
  return port
}
