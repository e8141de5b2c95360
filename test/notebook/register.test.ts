import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NODE, PYTHON, ROOT } from '../../scripts/environment.ts'

const run = promisify(execFile)

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'jupyter home '))
})
afterEach(() => rm(home, { recursive: true }))

/** As a user's own shell has it: nothing of ours on its paths. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, PYTHONWARNINGS: 'ignore' }
}

async function notebook(...options: string[]): Promise<string> {
  const { stdout } = await run(NODE, [resolve(ROOT, 'scripts/notebook.ts'), ...options], { env: environment() })
  return stdout
}

/** Starts a kernel by its name alone, as any Jupyter of this user does, and has it add two numbers. */
const TRY = `
import sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name='tslab', startup_timeout=60)
try:
    client.execute_interactive('console.log(40 + 2)', output_hook=lambda m: m['msg_type'] == 'stream' and sys.stdout.write(m['content']['text']))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)`

test('the kernel is registered with the Jupyter of the user, works there, and is taken back', async () => {
  expect(await notebook('--register')).toContain('npm run notebook -- --unregister')
  const spec = join(home, '.local/share/jupyter/kernels/tslab/kernel.json')
  const { argv } = JSON.parse(await readFile(spec, 'utf8')) as { argv: string[] }
  expect(argv.slice(0, 2).every((part) => part.startsWith('/'))).toBe(true)
  expect((await run(PYTHON, ['-c', TRY], { env: environment(), cwd: home })).stdout).toBe('42\n')
  expect(await notebook('--register')).toContain('now')
  expect(await notebook('--unregister')).toContain('Removed')
  await expect(readFile(spec)).rejects.toThrow('ENOENT')
  expect(await notebook('--unregister')).toContain('Nothing of ours')
})

test("a kernel of the user's own is left alone", async () => {
  const folder = join(home, '.local/share/jupyter/kernels/tslab')
  await mkdir(folder, { recursive: true })
  const own = JSON.stringify({ argv: ['tslab', 'kernel'], display_name: 'TypeScript', language: 'typescript' })
  await writeFile(join(folder, 'kernel.json'), own)
  expect(await notebook('--register')).toContain('another TypeScript kernel')
  expect(await notebook('--unregister')).toContain('Nothing of ours')
  expect(await readFile(join(folder, 'kernel.json'), 'utf8')).toBe(own)
})

test('a notebook is executed from the command line, and its exit code tells how that went', async () => {
  const into = join(home, 'executed.ipynb')
  const stdout = await notebook('--execute', resolve(import.meta.dirname, 'fixtures/ok.ipynb'), into)
  expect(stdout).toContain('Done: executed.ipynb')
  expect(JSON.parse(await readFile(into, 'utf8'))).toHaveProperty('cells')
  const failing = notebook('--execute', resolve(import.meta.dirname, 'fixtures/error.ipynb'), into)
  await expect(failing).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('Not done') as string })
})
