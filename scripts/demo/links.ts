import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { answerRange } from '../ranges.ts'

export interface Links {
  urlOf(name: string): string
  stop(): Promise<void>
}

/** Serves the files of one folder on loopback, on a port of its own, with ranges. */
export async function serveFiles(folder: string): Promise<Links> {
  const names = new Set(await readdir(folder))
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '/').slice(1))
    if (names.has(name)) void sendFile(join(folder, name), request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (name) => `http://127.0.0.1:${String(port)}/${encodeURIComponent(name)}`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function sendFile(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { size, mtimeMs } = await stat(path)
  const range = answerRange(request, response, size, {
    'last-modified': new Date(mtimeMs).toUTCString(),
    etag: `"${String(size)}-${String(Math.round(mtimeMs))}"`,
  })
  if (range !== null) createReadStream(path, range).pipe(response)
}
