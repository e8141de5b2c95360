import { statfs } from 'node:fs/promises'
import prettyBytes from 'pretty-bytes'
import type { Config } from './config.ts'
import { toVaultError } from './errors.ts'
import type { Session } from './session.ts'
import { checkTools, type Check } from './tools/doctor.ts'

/** Less room than this is worth a word. */
const LOW_DISK_BYTES = 2 * 1024 ** 3

/** Looks at everything a run needs, one line each, every trouble with its cure. Changes nothing, never throws. */
export async function diagnose(config: Config, open: () => Promise<Session>): Promise<Check[]> {
  return [
    { name: 'Node', status: 'ok', found: process.versions.node, cure: '' },
    ...(await checkTools(config.searchPath)),
    await attempt('remote', async () => {
      const remote = await (await open()).openRemote()
      await remote.list('')
      const free = await remote.freeBytes()
      return ok(`${config.remote} answers${free === null ? '' : `, ${prettyBytes(free)} free`}`)
    }),
    await attempt('workspace', async () => {
      const { workspace } = await open()
      const { bavail, bsize } = await statfs(workspace.folder)
      const freeBytes = bavail * bsize
      const found = `${workspace.folder}, ${prettyBytes(freeBytes)} free`
      if (freeBytes >= LOW_DISK_BYTES) return ok(found)
      return { status: 'warning', found, cure: 'Point the option `workspace` to a disk with more room.' }
    }),
    { name: 'passphrase', status: 'ok', found: 'given, and strong', cure: '' },
  ]
}

type Finding = Omit<Check, 'name'>

async function attempt(name: string, look: () => Promise<Finding>): Promise<Check> {
  try {
    return { name, ...(await look()) }
  } catch (thrown) {
    const { message, hint } = toVaultError(thrown, 'setup')
    return { name, status: 'failed', found: message, cure: hint }
  }
}

function ok(found: string): Finding {
  return { status: 'ok', found, cure: '' }
}
