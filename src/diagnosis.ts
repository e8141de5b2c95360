import prettyBytes from 'pretty-bytes'
import type { Config } from './config.ts'
import { toVaultError } from './errors.ts'
import type { Session } from './session.ts'
import { untilAborted } from './tools/abort.ts'
import { checkTools, type Check } from './tools/doctor.ts'

/** Less room than this is worth a word. */
const LOW_DISK_BYTES = 2 * 1024 ** 3

/**
 * Looks at everything a run needs, one line each, every trouble with its cure. Changes nothing.
 * @throws VaultError CANCELLED, nothing else
 */
export async function diagnose(config: Config, opened: Promise<Session>, signal: AbortSignal): Promise<Check[]> {
  // Its failure is told when the workspace is looked at, not while the tools are.
  const look = (work: (session: Session, signal: AbortSignal) => Promise<Finding>): Promise<Finding> =>
    opened.then((session) => session.run(signal, (joined) => work(session, joined)))
  opened.catch(() => undefined)
  return [
    { name: 'Node', status: 'ok', found: process.versions.node, cure: '' },
    ...(await checkTools(config.searchPath)),
    await attempt('remote', () =>
      look(async (session, joined) => {
        const remote = await untilAborted(session.openRemote(), joined, 'setup')
        await remote.list('', { signal: joined })
        const free = await untilAborted(remote.freeBytes(), joined, 'setup')
        return ok(`${config.remote} answers${free === null ? '' : `, ${prettyBytes(free)} free`}`)
      }),
    ),
    await attempt('workspace', () =>
      look(({ workspace, scratch }) => {
        const freeBytes = workspace.freeBytes()
        const found = `${workspace.folder}, ${prettyBytes(freeBytes)} free (${scratch})`
        const cure =
          config.scratch === 'memory'
            ? 'Free some memory, or choose another `scratch`.'
            : 'Point the option `workspace` to a disk with more room.'
        return Promise.resolve(freeBytes >= LOW_DISK_BYTES ? ok(found) : { status: 'warning', found, cure })
      }),
    ),
    { name: 'passphrase', status: 'ok', found: 'given, and strong', cure: '' },
  ]
}

type Finding = Omit<Check, 'name'>

async function attempt(name: string, look: () => Promise<Finding>): Promise<Check> {
  try {
    return { name, ...(await look()) }
  } catch (thrown) {
    const error = toVaultError(thrown, 'setup')
    if (error.code === 'CANCELLED') throw error
    const { message, hint } = error
    return { name, status: 'failed', found: 'does not work', cure: `${message} ${hint}` }
  }
}

function ok(found: string): Finding {
  return { status: 'ok', found, cure: '' }
}
