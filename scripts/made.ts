import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './environment.ts'

/** A file that is made from a source in this repository. */
export interface MadeFile {
  /** From the root. */
  readonly path: string
  readonly text: string
}

/** Writes those that differ. With `--check` it writes nothing and fails where one does, telling the command that makes it. */
export function keepMade(files: readonly MadeFile[], command: string): void {
  const stale = files.filter(({ path, text }) => current(path) !== text)
  if (process.argv.includes('--check')) {
    for (const { path } of stale) console.error(`${path} is not what its source says: run ${command}`)
    process.exitCode = stale.length === 0 ? 0 : 1
  } else {
    for (const { path, text } of stale) {
      writeFileSync(join(ROOT, path), text)
      console.log(`Wrote ${path}`)
    }
  }
}

function current(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8')
  } catch {
    return undefined
  }
}
