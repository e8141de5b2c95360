import { readFileSync, readdirSync } from 'node:fs'

/** Whether a process runs; one that has ended and was not yet waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** The command lines of the tools and watchdogs of vaults in processes that have this folder as their home. */
export function toolsOf(home: string): string[] {
  const toolAt = (pid: string): string[] => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const isTool = environment.some((variable) => variable.startsWith('VAULTSTREAM_TOOLS_OF='))
      return environment.includes(`HOME=${home}`) && (isTool || command.includes('vaultstream-watchdog'))
        ? [command]
        : []
    } catch {
      // It has ended.
      return []
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(toolAt)
}
