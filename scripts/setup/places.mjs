import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** All that set-up makes beside node_modules and dist; may be removed at any time. */
export const TOOLS = join(ROOT, '.tools')

/** Programs of ours; first on every PATH. */
export const TOOLS_BIN = join(TOOLS, 'bin')

/** Debian packages, unpacked for a user who may not install them. */
export const DEBIAN_ROOT = join(TOOLS, 'root')

/** A Jupyter data folder (`JUPYTER_PATH`) with the kernel's spec. */
export const JUPYTER_DATA = join(TOOLS, 'jupyter')

/** Where tslab lives, away from the project's own packages. */
export const KERNEL = join(TOOLS, 'kernel')

/** Node 24, from the npm registry. */
export const NODE = join(ROOT, 'node_modules', '.bin', 'node')

/** The Python that has Jupyter. */
export const PYTHON = join(TOOLS_BIN, 'python3-jupyter')
