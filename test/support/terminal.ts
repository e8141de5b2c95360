import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A command in a terminal of its own, by util-linux's `script`. */
export interface TerminalSession {
  /** All that was drawn so far. */
  readonly drawn: () => string
  readonly type: (text: string) => void
  readonly ended: () => Promise<void>
  readonly end: () => void
}

/** Runs a shell command in a fresh terminal of 80 by 24. */
export function startInTerminal(command: string): TerminalSession {
  const child: ChildProcess = spawn('script', ['-qec', `stty cols 80 rows 24; ${command}`, '/dev/null'], {
    env: { ...process.env, SHELL: '/bin/sh', TERM: 'xterm-256color' },
  })
  let drawn = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (drawn += text))
  const ended = once(child, 'exit')
  return {
    drawn: () => drawn,
    type: (text) => child.stdin?.write(text),
    ended: async () => {
      await ended
    },
    end: () => child.kill('SIGKILL'),
  }
}
