import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs a program that talks to the user itself, on our terminal, with our environment; what it prints goes to standard
 * error, which leaves standard output to results.
 * @returns its exit code; null when there is no such program, 1 when a signal ended it
 */
export async function runInForeground(program: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(program, [...args], { stdio: ['inherit', 2, 'inherit'] })
  const ended = once(child, 'exit') as Promise<[number | null]>
  try {
    const [code] = await ended
    return code ?? 1
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}
