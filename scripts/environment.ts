import { delimiter } from 'node:path'
import { JUPYTER_DATA, TOOLS_BIN } from './setup/places.mjs'

export { NODE, PYTHON, ROOT } from './setup/places.mjs'

/** The kernel of the notebooks, as Jupyter knows it. */
export const KERNEL_NAME = 'tslab'

/** The environment in which everything that set-up made is found: programs, Python, the kernel. */
export function toolEnvironment(base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return {
    ...base,
    PATH: before(TOOLS_BIN, base['PATH']),
    JUPYTER_PATH: before(JUPYTER_DATA, base['JUPYTER_PATH']),
  }
}

/** The same without whatever vault or cloud this shell is set up for: a benchmark or trial is about itself. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(toolEnvironment()).filter(([name]) => !/^(VAULTSTREAM|RCLONE|AWS)_/.test(name)),
  )
}

/** Puts a folder first, once. */
function before(folder: string, path: string | undefined): string {
  const rest = (path ?? '').split(delimiter).filter((entry) => entry !== '' && entry !== folder)
  return [folder, ...rest].join(delimiter)
}
