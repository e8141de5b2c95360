import type { Config } from './config.ts'
import type { StepContext } from './pipeline/context.ts'
import { unlock } from './pipeline/header.ts'
import type { Receipt } from './pipeline/model.ts'
import { openWorkspace, type Workspace } from './pipeline/workspace.ts'
import type { Redactor } from './redact.ts'
import { startAria2 } from './tools/aria2.ts'
import { requireTool } from './tools/doctor.ts'
import { startRclone, type Remote } from './tools/rclone.ts'
import { findSevenZip } from './tools/sevenzip.ts'

type Equipment = Pick<StepContext, 'workspace' | 'aria2' | 'sevenZip' | 'remote' | 'keys'>

/** The workspace of an open vault and, once something needs them, its tools, its remote and its keys. */
export interface Session {
  readonly workspace: Workspace
  /** Finds the tools, opens the remote, derives the keys; once, and again after a failure. */
  equip(): Promise<Equipment>
  /** The remote alone, for looking whether it answers. */
  openRemote(): Promise<Remote>
  /** Ends every tool, then removes every local trace. */
  end(): Promise<Receipt>
}

/** @throws VaultError WORKSPACE_FAILED */
export async function openSession(config: Config, redactor: Redactor): Promise<Session> {
  const workspace = await openWorkspace(config.workspaceRoot)
  const { privateDir } = workspace
  const { searchPath } = config
  const closers: (() => Promise<void>)[] = []

  const openRemote = once(async () => {
    const rclone = await startRclone({
      program: await requireTool('rclone', searchPath),
      privateDir,
      redactor,
      config: config.rclone,
      ...limit('maxUploadBytesPerSecond', config.maxUploadBytesPerSecond),
    })
    closers.push(() => rclone.close())
    return rclone.open(config.remote)
  })
  const startDownloader = once(async () => {
    const aria2 = await startAria2({
      program: await requireTool('aria2', searchPath),
      privateDir,
      redactor,
      loopbackOnly: config.loopbackOnly,
      ...limit('maxDownloadBytesPerSecond', config.maxDownloadBytesPerSecond),
      ...limit('maxUploadBytesPerSecond', config.maxUploadBytesPerSecond),
    })
    closers.push(() => aria2.close())
    return aria2
  })
  const equip = once(async (): Promise<Equipment> => {
    const aria2 = await startDownloader()
    const sevenZip = await findSevenZip({ searchPath })
    const remote = await openRemote()
    return { workspace, aria2, sevenZip, remote, keys: await unlock(remote, config.pipeline.passphrase, workspace) }
  })
  return {
    workspace,
    equip,
    openRemote,
    async end() {
      await Promise.all(closers.map((close) => close()))
      return workspace.wipeAll()
    },
  }
}

/** Remembers the result of the first call that succeeds. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((thrown: unknown) => {
      made = undefined
      throw thrown
    })
    return made
  }
}

function limit<N extends string>(name: N, bytesPerSecond: number): Partial<Record<N, number>> {
  return bytesPerSecond === 0 ? {} : ({ [name]: bytesPerSecond } as Record<N, number>)
}
