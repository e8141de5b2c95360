// The example that stands in while a notebook has no source of your own: two public-domain books, served by a small
// BitTorrent seeder and web server on this machine. Only for notebooks inside the repository.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

export interface Demo {
  /** A magnet link to both books, slow enough to watch. */
  magnet: string
  /** Path of the same torrent as a file. */
  torrent: string
  /** An http link to one of the books. */
  link: string
  files: { path: string; sizeBytes: number; sha256: string }[]
  /** How to open a vault in a folder that plays the cloud, with a passphrase of its own. */
  vault: { remote: string; passphraseFile: string; generatePassphrase: true }
  /** Does not exist yet. */
  restoreFolder: string
  stop(): Promise<void>
}

const place = process.env['DEMO_FOLDER'] ?? 'my-vault'
const bytesPerSecond = process.env['DEMO_BYTES_PER_SECOND']

/** Starts the example; it ends with `stop()`, or with the kernel. */
export async function startDemo(): Promise<Demo> {
  // Jupyter starts a kernel in its notebook's folder.
  const server = resolve('..', 'scripts', 'demo', 'serve.ts')
  const child = spawn(process.execPath, [server, ...(bytesPerSecond ? ['--rate', bytesPerSecond] : [])], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that Interrupt stops your run and not the seeder; no other part of your environment.
    detached: true,
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] },
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const ended = new Promise<void>((resolveEnded) => {
    child.once('close', () => resolveEnded())
  })
  const served = await Promise.race([
    firstLine(child.stdout),
    ended.then(() => {
      throw new Error(`The example did not start. ${complaint.trim()}`)
    }),
  ])
  // None of these may keep the kernel from ending; the pipe to the child's standard input ends it then.
  child.unref()
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref()

  const { magnet, torrentPath, link, files } = JSON.parse(served) as Demo & { torrentPath: string }
  return {
    magnet,
    torrent: torrentPath,
    link,
    files,
    vault: {
      remote: resolve(place, 'remote'),
      passphraseFile: resolve(place, 'passphrase'),
      generatePassphrase: true,
    },
    restoreFolder: freshFolder(resolve(place, 'restored')),
    async stop() {
      child.ref()
      child.stdin.end()
      await ended
    },
  }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line
  return new Promise(() => undefined)
}

/** `restored`, `restored-2`, ...: a restore never writes over an earlier one. */
function freshFolder(path: string): string {
  let fresh = path
  for (let number = 2; existsSync(fresh); number++) fresh = `${path}-${number}`
  return fresh
}
