import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { watchDisk } from '../../test/support/disk.ts'
import { startWebdavRemote } from '../../test/support/remotes.ts'
import { generateFile } from '../../test/support/swarm.ts'
import type { Outcome, Task } from './contender.ts'
import { serveFolder } from './serve.ts'

const MIB = 1024 * 1024
const PASSPHRASE = 'marble otter quince halo 7'

/** Links of equal size, from a server on loopback to a WebDAV remote on loopback. */
export interface Case {
  readonly name: string
  readonly files: number
  readonly fileMiB: number
  /** Of each direction; null: as fast as the machine. */
  readonly limitMiB: number | null
  readonly volumesInMemory?: boolean
}

/** One repeat: every contender once, one after the other. Times in milliseconds, sizes in bytes. */
export interface Measured {
  readonly case: string
  readonly payloadBytes: number
  readonly wallMs: number
  readonly runMs: number
  /** The longer of download alone and upload alone. */
  readonly slowestStageMs: number
  readonly naiveMs: number
  /** On the workspace's disk. */
  readonly peakDiskBytes: number
  readonly naivePeakDiskBytes: number
  readonly ownCpuMs: number
  readonly toolsCpuMs: number
  readonly peakRssBytes: number
}

/** @param folder - an empty one, with room for four times the payload */
export async function contest(one: Case, folder: string): Promise<Measured> {
  const { files, fileMiB, limitMiB } = one
  const payload = join(folder, 'payload')
  const names = Array.from({ length: files }, (_, index) => `file-${String(index + 1)}.bin`)
  for (const name of names) await generateFile(join(payload, name), fileMiB * MIB, `${one.name}/${name}`)
  const remote = await startWebdavRemote()
  const server = await serveFolder(payload, folder)
  const sources = names.map((name) => `${server.url}/${name}`)
  const config = join(folder, 'rclone.conf')
  await writeFile(config, remote.config.content ?? '', { mode: 0o600 })
  const empty = async (): Promise<void> => {
    for (const name of await readdir(remote.root ?? '')) await rm(join(remote.root ?? '', name), { recursive: true })
  }
  const download = (into: string): string =>
    `aria2c -q --no-conf -Z -j 4 -x 4 -s 4 --file-allocation=none ${limitMiB === null ? '' : `--max-overall-download-limit=${String(limitMiB)}M`} -d ${into} ${sources.join(' ')}`
  const upload = (from: string): string =>
    `rclone --config ${config} ${limitMiB === null ? '' : `--bwlimit ${String(limitMiB)}M:1P`} copy ${from} dav:naive`
  try {
    const alone = join(folder, 'alone')
    const downloadMs = await shell(download(alone))
    const uploadMs = await shell(upload(alone))
    await rm(alone, { recursive: true })
    await empty()

    const naive = join(folder, 'naive')
    await mkdir(join(naive, 'volumes'), { recursive: true })
    const naiveDisk = watchDisk(naive)
    const naiveMs = await shell(
      `${download(join(naive, 'plain'))} && 7zz a -t7z -mhe=on -mx=0 -v64m '-p${PASSPHRASE}' -bso0 -bsp0 ${naive}/volumes/a.7z ${naive}/plain && ${upload(join(naive, 'volumes'))}`,
    )
    const naivePeakDiskBytes = await naiveDisk.stop()
    await rm(naive, { recursive: true })
    await empty()

    const workspace = join(folder, 'workspace')
    await mkdir(workspace)
    const disk = watchDisk(workspace)
    const limits = limitMiB === null ? {} : { maxDownloadSpeed: limitMiB * MIB, maxUploadSpeed: limitMiB * MIB }
    const startedAt = performance.now()
    const outcome = await vaultstream({
      sources,
      options: {
        remote: 'dav:',
        rcloneConfig: remote.config.content,
        passphrase: PASSPHRASE,
        workspace,
        loopbackOnly: true,
        volumesInMemory: one.volumesInMemory ?? false,
        ...limits,
      },
    })
    const wallMs = performance.now() - startedAt
    const peakDiskBytes = await disk.stop()
    if (outcome.status !== 'done') throw new Error(`${one.name}: ${outcome.status}`)
    const { runMs, ownCpuMs, toolsCpuMs, peakRssBytes } = outcome
    const slowestStageMs = Math.max(downloadMs, uploadMs)
    const sizes = { payloadBytes: files * fileMiB * MIB, peakDiskBytes, naivePeakDiskBytes, peakRssBytes }
    return { case: one.name, wallMs, runMs, slowestStageMs, naiveMs, ownCpuMs, toolsCpuMs, ...sizes }
  } finally {
    await Promise.all([remote.stop(), server.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}

/** A line as somebody would type it; the time it took. */
async function shell(line: string): Promise<number> {
  const startedAt = performance.now()
  const child = spawn('bash', ['-c', line], { stdio: ['ignore', 'ignore', 'pipe'] })
  const [complaint, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ])
  if (code !== 0) throw new Error(`ended with ${String(code)}: ${line}\n${complaint}`)
  return performance.now() - startedAt
}

async function vaultstream(task: Task): Promise<Outcome> {
  const program = join(import.meta.dirname, 'contender.ts')
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(task))
  return JSON.parse(await text(child.stdout)) as Outcome
}

/** A name for a folder that nobody else has. */
export function folderName(): string {
  return `bench-${randomBytes(6).toString('hex')}`
}
