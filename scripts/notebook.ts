// `npm run notebook`: Jupyter with the kernel, on the notebooks; `npm run notebook -- --help` tells what else.
import { spawn, spawnSync } from 'node:child_process'
import { basename, join, resolve } from 'node:path'
import { PYTHON, ROOT, toolEnvironment } from './environment.ts'
import { registerKernel, unregisterKernel } from './notebook/register.ts'
import { executeNotebook, type NotebookEvent } from './notebook/run.ts'

const HELP = `npm run notebook                                Jupyter on the notebooks, with the kernel
npm run notebook -- --execute FILE [INTO]       runs a notebook from top to bottom and shows what its cells write;
                                                the executed notebook goes to INTO (FILE-executed.ipynb beside it)
npm run notebook -- --register                  makes the kernel known to your own Jupyter (classic, Lab, VS Code)
npm run notebook -- --unregister                takes that back
npm run notebook -- OPTIONS                     anything else goes to Jupyter: --no-browser --port 9000`

/** Displays of the cell that runs. */
const shown = new Map<string, string>()

const [order, ...rest] = process.argv.slice(2)
switch (order) {
  case '--help':
    console.log(HELP)
    break
  case '--register': {
    const { folder, isWritten } = registerKernel()
    if (isWritten) {
      console.log(`Your Jupyter has the kernel "TypeScript (VaultStream)" now: ${folder}`)
      console.log('It leads into this folder. To take it back: npm run notebook -- --unregister')
    } else {
      console.log(
        `Your Jupyter has another TypeScript kernel (tslab) already, which runs the notebooks as well: ${folder}`,
      )
    }
    break
  }
  case '--unregister': {
    const { folder, isRemoved } = unregisterKernel()
    console.log(isRemoved ? `Removed: ${folder}` : `Nothing of ours to remove: ${folder}`)
    break
  }
  case '--execute':
    await execute(...rest)
    break
  default:
    open(process.argv.slice(2))
}

function open(options: readonly string[]): void {
  const env = toolEnvironment()
  const hasClassic = spawnSync(PYTHON, ['-c', 'import notebook'], { env, stdio: 'ignore' }).status === 0
  const args = ['-m', hasClassic ? 'notebook' : 'jupyterlab', ...(process.getuid?.() === 0 ? ['--allow-root'] : [])]
  const jupyter = spawn(PYTHON, [...args, ...options, join(ROOT, 'notebooks')], { env, stdio: 'inherit' })
  // It asks before it ends of Ctrl-C: that is between it and the user.
  process.on('SIGINT', () => undefined)
  jupyter.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}

async function execute(file?: string, into?: string): Promise<void> {
  if (file === undefined) throw new Error('Which notebook? npm run notebook -- --execute notebooks/quickstart.ipynb')
  const notebook = resolve(file)
  const executed = resolve(into ?? notebook.replace(/(\.ipynb)?$/, '-executed.ipynb'))
  const { ok } = await executeNotebook({ notebook, into: executed, cellTimeoutSeconds: 24 * 3_600 }, tell)
  console.log(`${ok ? 'Done' : 'Not done'}: ${basename(executed)} shows everything.`)
  if (!ok) process.exitCode = 1
}

/** What a cell wrote, and the last state of its panels. */
function tell(event: NotebookEvent): void {
  // One without an id is never updated.
  if (event.type === 'display' || event.type === 'update')
    shown.set(event.displayId ?? `display ${String(shown.size)}`, event.text ?? '')
  if (event.type === 'stream') process.stdout.write(event.text)
  if (event.type === 'problem') console.error(event.text)
  if (event.type !== 'ended') return
  for (const text of shown.values()) console.log(`${text}\n`)
  shown.clear()
}
