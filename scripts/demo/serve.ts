// The built-in example: two public-domain books as a private torrent with tracker and seeder, and as plain links, all
// on loopback. Says in one line of JSON where they are, and ends when its standard input does.
import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSwarm } from '../../test/support/swarm.ts'
import { BOOKS } from './books.ts'
import { serveFiles } from './links.ts'

/** What is printed. `link` is the first file's. */
export interface Served {
  readonly magnet: string
  readonly torrentPath: string
  readonly link: string
  readonly files: readonly { readonly path: string; readonly sizeBytes: number; readonly sha256: string }[]
}

const { values } = parseArgs({ options: { rate: { type: 'string', default: '28672' } } })
const scratch = await mkdtemp(join(tmpdir(), 'vaultstream-demo-'))
const content = join(scratch, 'Public domain classics')
await mkdir(content)
for (const { source, name } of BOOKS) await copyFile(source, join(content, name))

const swarm = await startSwarm({
  content,
  isPrivate: true,
  pieceLengthBytes: 16_384,
  maxUploadBytesPerSecond: Number(values.rate),
})
const links = await serveFiles(content)
const served: Served = {
  magnet: swarm.magnet,
  torrentPath: swarm.torrentPath,
  link: links.urlOf(BOOKS[0].name),
  files: await Promise.all(BOOKS.map(({ name }) => described(name))),
}
process.stdout.write(`${JSON.stringify(served)}\n`)

process.stdin.resume()
process.stdin.on('close', () => {
  void close()
})
process.on('SIGTERM', () => {
  void close()
})

async function described(name: string): Promise<Served['files'][number]> {
  const bytes = await readFile(join(content, name))
  return { path: name, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

async function close(): Promise<void> {
  await Promise.all([swarm.stop(), links.stop()])
  await rm(scratch, { recursive: true, force: true })
  process.exit()
}
