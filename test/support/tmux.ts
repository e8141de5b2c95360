import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

export interface TmuxOptions {
  readonly columns: number
  readonly rows: number
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** A real terminal in which a program runs, and its user. */
export interface Tmux {
  /** Presses keys, by tmux's names (`C-c`, `Enter`, `Down`) or as they are. */
  press(...keys: readonly string[]): Promise<void>
  /** Types text as it is. */
  type(text: string): Promise<void>
  /** What can be read on it; with `colours` also the sequences that colour it. */
  screen(options?: { readonly colours?: boolean }): Promise<string>
  /** The screen, and all that has scrolled off it. */
  history(): Promise<string>
  /** Waits until the screen matches, and gives it. @throws Error with the screen after `limitMs` */
  until(pattern: RegExp, limitMs?: number): Promise<string>
  resize(columns: number, rows: number): Promise<void>
  /** The cursor shows, and no other screen covers the one that scrolls: as a program must leave it. */
  isRestored(): Promise<boolean>
  end(): Promise<void>
}

/** Runs a line of a shell in a terminal of that size; the shell stays when the line has ended, and says `[exit CODE]`. */
export async function startTmux(line: string, { columns, rows, cwd, env }: TmuxOptions): Promise<Tmux> {
  const socket = `vaultstream-test-${randomBytes(6).toString('hex')}`
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('tmux', ['-L', socket, '-f', '/dev/null', ...args], { cwd, env })
    return stdout
  }
  const size = ['-x', String(columns), '-y', String(rows)]
  await tmux('new-session', '-d', ...size, `${line}; echo "[exit $?]"; exec sleep 600`)
  const screen: Tmux['screen'] = ({ colours = false } = {}) => tmux('capture-pane', '-p', ...(colours ? ['-e'] : []))
  return {
    async press(...keys) {
      for (const key of keys) await tmux('send-keys', key)
    },
    async type(text) {
      await tmux('send-keys', '-l', text)
    },
    screen,
    history: () => tmux('capture-pane', '-p', '-S', '-'),
    async until(pattern, limitMs = 30_000) {
      const deadline = Date.now() + limitMs
      for (;;) {
        const seen = await screen()
        if (pattern.test(seen)) return seen
        if (Date.now() > deadline) throw new Error(`The screen never showed ${String(pattern)}:\n${seen}`)
        await sleep(100)
      }
    },
    async resize(width, height) {
      await tmux('resize-window', '-x', String(width), '-y', String(height))
    },
    isRestored: async () => (await tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}')).trim() === '0 1',
    async end() {
      await tmux('kill-server').catch(() => undefined)
    },
  }
}
