import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import parseTorrent from 'parse-torrent'
import { expect, test } from 'vitest'
import { ROOT } from '../../scripts/environment.ts'
import type { Served } from '../../scripts/demo/serve.ts'

test('the example says where it is, serves what it says, and ends with its standard input', async () => {
  const server = spawn(process.execPath, [join(ROOT, 'scripts', 'demo', 'serve.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
    const { magnet, torrentPath, link, files } = JSON.parse(line) as Served

    const torrent = await parseTorrent(await readFile(torrentPath))
    expect(magnet).toContain(torrent.infoHash)
    expect(torrent.name).toBe('Public domain classics')
    expect(torrent.files.map(({ length }) => length)).toEqual(files.map(({ sizeBytes }) => sizeBytes))

    const whole = Buffer.from(await (await fetch(link)).arrayBuffer())
    expect(createHash('sha256').update(whole).digest('hex')).toBe(files[0]?.sha256)
    const part = await fetch(link, { headers: { range: 'bytes=100-199' } })
    expect(part.status).toBe(206)
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(100, 200))
    expect((await fetch(new URL('/other', link))).status).toBe(404)

    server.stdin.end()
    await once(server, 'exit')
    expect(server.exitCode).toBe(0)
    expect(existsSync(torrentPath)).toBe(false)
    await expect(fetch(link)).rejects.toThrow()
  } finally {
    server.kill()
  }
})
