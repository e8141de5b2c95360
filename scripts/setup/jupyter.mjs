import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findOnPath, isExecutable, run } from './command.mjs'
import { MAY_INSTALL, aptInstall, aptUnpack, byHand } from './debian.mjs'
import { DEBIAN_ROOT, PYTHON } from './places.mjs'
import { SetupProblem } from './report.mjs'
import { writeScript, writeUnpackedWrapper } from './wrapper.mjs'

const PACKAGES = ['python3', 'jupyter-notebook', 'python3-jupyter-client', 'python3-nbformat', 'python3-ipykernel']

/** The command `python3-jupyter` of `.tools/bin`; Debian's, whatever else may come first on the PATH. */
const WRAPPER = 'python3-jupyter'
const DEBIAN_PYTHON = '/usr/bin/python3'

/**
 * A Python with Jupyter: the user's own if it has all that is needed, else Debian's.
 * @returns {Promise<import('./report.mjs').Outcome>}
 */
export async function installJupyter() {
  if (await hasJupyter(PYTHON)) return { found: PYTHON }
  for (const python of [findOnPath('python3'), DEBIAN_PYTHON]) {
    if (python === undefined || !(await hasJupyter(python))) continue
    writeScript(WRAPPER, [`exec "${python}" "$@"`])
    return { did: `that of ${python} will do` }
  }
  await (MAY_INSTALL ? installed() : unpacked())
  if (!(await hasJupyter(PYTHON))) throw new SetupProblem('Jupyter was set up but does not load.', byHand(PACKAGES))
  return { did: `${await notebookVersion()} ${MAY_INSTALL ? 'installed' : 'unpacked in .tools'}` }
}

async function installed() {
  await aptInstall(PACKAGES)
  writeScript(WRAPPER, [`exec ${DEBIAN_PYTHON} "$@"`])
}

async function unpacked() {
  await aptUnpack(PACKAGES)
  const own = join('usr', 'bin', 'python3')
  writeUnpackedWrapper(WRAPPER, existsSync(join(DEBIAN_ROOT, own)) ? own : DEBIAN_PYTHON, [
    'export PYTHONPATH="$root/usr/lib/python3/dist-packages${PYTHONPATH:+:$PYTHONPATH}"',
    'export JUPYTER_PATH="${JUPYTER_PATH:+$JUPYTER_PATH:}$root/usr/share/jupyter"',
  ])
}

/**
 * All that the notebook runner imports, a server to open notebooks with, and its Python kernel, on which the Colab notebook
 * is tried. Looked up, not loaded: that is quicker.
 * @param {string} python
 */
async function hasJupyter(python) {
  if (!isExecutable(python)) return false
  const lookUp = [
    'import importlib.util as u, sys',
    'has = lambda name: u.find_spec(name) is not None',
    "needed = has('jupyter_client') and has('nbformat') and has('ipykernel')",
    "sys.exit(not (needed and (has('notebook') or has('jupyterlab'))))",
  ]
  return (await run(python, ['-c', lookUp.join('\n')])).ok
}

async function notebookVersion() {
  const { ok, stdout } = await run(PYTHON, ['-m', 'notebook', '--version'])
  return ok ? `notebook ${stdout.trim()}` : 'Jupyter'
}
