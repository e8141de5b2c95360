import type { Config } from './config.ts'
import { toVaultError, type VaultError } from './errors.ts'
import type { Finding } from './facts.ts'
import type { Session } from './session.ts'
import { untilAborted } from './tools/abort.ts'
import { checkTools, type Look } from './tools/doctor.ts'

/** Less room than this is worth a word. */
const LOW_DISK_BYTES = 2 * 1024 ** 3

/**
 * Looks at everything a run needs, one line each, every trouble with its cure. Changes nothing.
 * @throws VaultError CANCELLED, nothing else
 */
export async function diagnose(config: Config, opened: Promise<Session>, signal: AbortSignal): Promise<Look[]> {
  // Its failure is told when the workspace is looked at, not while the tools are.
  const look = (work: (session: Session, signal: AbortSignal) => Promise<Seen>): Promise<Seen> =>
    opened.then((session) => session.run(signal, (joined) => work(session, joined)))
  opened.catch(() => undefined)
  return [
    ...(await diagnoseTools(config.searchPath)),
    await attempt('remote', () =>
      look(async (session, joined) => {
        const remote = await untilAborted(session.openRemote(), joined, 'setup')
        await remote.list('', { signal: joined })
        const freeBytes = await untilAborted(remote.freeBytes(), joined, 'setup')
        return ok({ is: 'remote', remote: config.remote, freeBytes })
      }),
    ),
    await attempt('workspace', () =>
      look(({ workspace, scratch }) => {
        const freeBytes = workspace.freeBytes()
        const finding = { is: 'workspace', folder: workspace.folder, freeBytes, scratch } as const
        const cure =
          config.scratch === 'memory'
            ? 'Free some memory, or choose another `scratch`.'
            : 'Point the option `workspace` to a disk with more room.'
        return Promise.resolve(freeBytes >= LOW_DISK_BYTES ? ok(finding) : { status: 'warning', finding, cure })
      }),
    ),
    { name: 'passphrase', status: 'ok', finding: { is: 'strong' }, cure: '' },
  ]
}

/** The programs alone. */
export async function diagnoseTools(searchPath: string): Promise<Look[]> {
  const finding = { is: 'version', version: process.versions.node, isTooOld: false } as const
  return [{ name: 'Node', status: 'ok', finding, cure: '' }, ...(await checkTools(searchPath))]
}

/** A setting that is missing or of no use, as a line. */
export function brokenLook({ field, message, hint }: VaultError): Look {
  return { name: field ?? 'settings', status: 'failed', finding: { is: 'broken' }, cure: `${message} ${hint}` }
}

type Seen = Omit<Look, 'name'>

async function attempt(name: string, look: () => Promise<Seen>): Promise<Look> {
  try {
    return { name, ...(await look()) }
  } catch (thrown) {
    const error = toVaultError(thrown, 'setup')
    if (error.code === 'CANCELLED') throw error
    return { ...brokenLook(error), name }
  }
}

function ok(finding: Finding): Seen {
  return { status: 'ok', finding, cure: '' }
}
