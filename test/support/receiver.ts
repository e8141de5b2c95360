import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Certificate } from './certificate.ts'

export interface ReceivedPost {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** What a receiver answers; `hangs` takes the request and never does. */
export type Answer = number | 'hangs' | { readonly status: number; readonly headers: Readonly<Record<string, string>> }

export interface Receiver {
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly port: number
  readonly posts: readonly ReceivedPost[]
  stop(): Promise<void>
}

/** A receiver of notices on a free loopback port, or the one that was given: answers in turn, at last 200. */
export async function startReceiver(
  answers: readonly Answer[] = [],
  { certificate, port = 0 }: { readonly certificate?: Certificate; readonly port?: number } = {},
): Promise<Receiver> {
  const left = [...answers]
  const posts: ReceivedPost[] = []
  const handle: Parameters<typeof createServer>[1] = (request, response) => {
    void (async () => {
      const body = await text(request)
      posts.push({ path: request.url ?? '', headers: request.headers, body, at: Date.now() })
      const answer = left.shift() ?? 200
      if (answer === 'hangs') return
      const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer
      response.writeHead(status, { ...headers, connection: 'close' })
      // More than anybody who sends a notice wants to read.
      response.end('x'.repeat(100_000))
    })().catch(() => response.destroy())
  }
  const server = certificate === undefined ? createServer(handle) : createTlsServer(certificate, handle)
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve)
  })
  const bound = (server.address() as AddressInfo).port
  return {
    host: `127.0.0.1:${String(bound)}`,
    port: bound,
    posts,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
