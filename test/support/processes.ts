import { readFileSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { processesWith, type SeenProcess } from '../../scripts/torture/processes.ts'
import { TOOL_MARK } from '../../src/tools/process.ts'

/** A file of /proc/PID as text; empty when the process has gone. */
export function procText(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

/** Whether a process runs; one that has ended and was not yet waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** The tools of this name that our process runs; of any for ''. */
export function ownTools(name: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const stat = procText(pid, 'stat')
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const program = basename(procText(pid, 'cmdline').split('\0')[0] ?? '')
      const isTool = /^(?:aria2c|rclone|7zz?)$/.test(program)
      return Number(parent) === process.pid && state !== 'Z' && isTool && program.includes(name)
    })
}

/** The watchdogs of vaults in processes with this word in their environment. */
export async function watchdogsWith(word: string): Promise<SeenProcess[]> {
  return (await processesWith(word)).filter(({ command }) => command.includes('vaultstream-watchdog'))
}

/** The command lines of the tools and watchdogs of vaults in processes that have this folder as their home. */
export async function toolsOf(home: string): Promise<string[]> {
  const own = `HOME=${home}\0`
  const found = [...(await processesWith(own, `${TOOL_MARK[0]}=`)), ...(await watchdogsWith(own))]
  return found.map(({ command }) => command)
}
