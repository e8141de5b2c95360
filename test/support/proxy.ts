import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable, Writable } from 'node:stream'

/** What the proxy does with a request instead of just handing it on. */
export type Fault =
  /** Answers for the server, which never hears of it. */
  | { readonly status: number; readonly body?: string }
  /** Breaks the connection after so many bytes of the answer. */
  | { readonly cutAfterBytes: number }
  /** Breaks both connections after so many bytes of the request's body. */
  | { readonly cutRequestAfterBytes: number }
  /** Hands it on after a while. */
  | { readonly delayMs: number }
  /** Changes one bit of the first block of the request's body. */
  | { readonly flipsBit: true }

export interface FaultyProxy {
  readonly port: number
  stop(): Promise<void>
}

/** An HTTP proxy on loopback before a real server, that goes wrong where `decide` says so. */
export async function startFaultyProxy(
  targetPort: number,
  decide: (message: IncomingMessage) => Fault | undefined,
): Promise<FaultyProxy> {
  const server = createServer((message, response) => {
    const fault = decide(message)
    if (fault === undefined) {
      forward(message, response, targetPort)
    } else if ('status' in fault) {
      message.resume()
      message.on('end', () => response.writeHead(fault.status).end(fault.body ?? ''))
    } else if ('delayMs' in fault) {
      setTimeout(() => {
        forward(message, response, targetPort)
      }, fault.delayMs)
    } else {
      forward(message, response, targetPort, fault)
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

type Breach = Exclude<Fault, { status: number } | { delayMs: number }>

function forward(message: IncomingMessage, response: ServerResponse, port: number, breach?: Breach): void {
  const { method, url, headers } = message
  const call = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    if (breach === undefined || !('cutAfterBytes' in breach)) answer.pipe(response)
    else passUntil(answer, breach.cutAfterBytes, response)
  })
  call.on('error', () => response.destroy())
  if (breach !== undefined && 'cutRequestAfterBytes' in breach) {
    passUntil(message, breach.cutRequestAfterBytes, call)
    message.once('close', () => response.destroy())
  } else if (breach !== undefined && 'flipsBit' in breach) {
    passFlipped(message, call)
  } else {
    message.pipe(call)
  }
}

/** What has fewer bytes breaks at its end. */
function passUntil(from: Readable, limitBytes: number, to: Writable): void {
  let sentBytes = 0
  const end = (): void => {
    from.destroy()
    setImmediate(() => to.destroy())
  }
  from.once('end', end)
  from.on('data', (chunk: Buffer) => {
    to.write(chunk.subarray(0, limitBytes - sentBytes))
    sentBytes += chunk.length
    if (sentBytes >= limitBytes) end()
  })
}

function passFlipped(from: Readable, to: Writable): void {
  let isFirst = true
  from.on('data', (chunk: Buffer) => {
    const bytes = Buffer.from(chunk)
    if (isFirst) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    isFirst = false
    to.write(bytes)
  })
  from.once('end', () => to.end())
}
