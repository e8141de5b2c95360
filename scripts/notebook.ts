// `npm run notebook`: Jupyter with the kernel, on the notebooks. What follows `--` goes to Jupyter.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { PYTHON, ROOT, toolEnvironment } from './environment.ts'

const env = toolEnvironment()
const hasClassic = spawnSync(PYTHON, ['-c', 'import notebook'], { env, stdio: 'ignore' }).status === 0
const args = ['-m', hasClassic ? 'notebook' : 'jupyterlab', ...(process.getuid?.() === 0 ? ['--allow-root'] : [])]
const jupyter = spawn(PYTHON, [...args, ...process.argv.slice(2), join(ROOT, 'notebooks')], { env, stdio: 'inherit' })
// It asks before it ends of Ctrl-C: that is between it and the user.
process.on('SIGINT', () => undefined)
jupyter.on('exit', (code) => {
  process.exitCode = code ?? 1
})
