import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs a program that talks to the user itself, on our terminal; what it prints goes to standard error, which leaves
 * standard output to results.
 * @param kept - which variables of our environment it is given; default: all
 * @returns its exit code; null when there is no such program, 1 when a signal ended it
 */
export async function runInForeground(program: string, args: readonly string[], kept = /^/): Promise<number | null> {
  // eslint-disable-next-line no-restricted-properties -- no setting of ours is read: it is handed on
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name)))
  const child = spawn(program, [...args], { stdio: ['inherit', 2, 'inherit'], env })
  const ended = once(child, 'exit') as Promise<[number | null]>
  try {
    const [code] = await ended
    return code ?? 1
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}
