import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the proxy does with a request instead of handing it on: answer a status, or cut the answer after some bytes. */
export type Fault = { readonly status: number; readonly body?: string } | { readonly cutAfterBytes: number }

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
    if (fault && 'status' in fault) {
      message.resume()
      message.on('end', () => response.writeHead(fault.status).end(fault.body ?? ''))
    } else {
      forward(message, response, targetPort, fault?.cutAfterBytes)
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

function forward(message: IncomingMessage, response: ServerResponse, port: number, cutAfterBytes?: number): void {
  const { method, url, headers } = message
  const call = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    if (cutAfterBytes === undefined) {
      answer.pipe(response)
      return
    }
    let sentBytes = 0
    answer.on('data', (chunk: Buffer) => {
      response.write(chunk.subarray(0, cutAfterBytes - sentBytes))
      sentBytes += chunk.length
      if (sentBytes < cutAfterBytes) return
      answer.destroy()
      setImmediate(() => response.destroy())
    })
  })
  call.on('error', () => response.destroy())
  message.pipe(call)
}
