import { Mutex } from 'async-mutex'
import { tslabInternals, type StdinSocket, type ZmqMessage, type ZmqServer } from './tslab.ts'

/** The cell that runs, and the connection it came by. */
interface RunningCell {
  readonly server: ZmqServer
  readonly request: ZmqMessage
}

let running: RunningCell | null = null

/** One question at a time: of two vaults the answers would mix. */
const asking = new Mutex()

/** How often a question looks whether it is still wanted. */
const LOOK_MS = 300

/**
 * From the next cell on, what runs can ask: tslab itself never does, though Jupyter lets a kernel. To be called as the library is
 * loaded; does nothing elsewhere than in a kernel.
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html (`input_request`, 5.3)
 */
export function watchCells(): void {
  const server = tslabInternals()?.ZmqServer?.prototype
  if (typeof server?.handleExecute !== 'function') return
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called on the server it was taken from
  const { handleExecute } = server
  server.handleExecute = function (this: ZmqServer, socket, request) {
    running = { server: this, request }
    return handleExecute.call(this, socket, request)
  }
}

/**
 * Asks in the cell that runs now; what is typed there is never part of the notebook. Null where nobody can be asked: outside
 * tslab, in the very cell that imported us, and where cells are run by a program.
 * @throws whatever the signal's reason is, when it aborts meanwhile
 */
export function askInCell(text: string, isSecret: boolean, signal: AbortSignal): Promise<string | null> {
  return asking.runExclusive(() => ask(text, isSecret, signal))
}

async function ask(text: string, isSecret: boolean, signal: AbortSignal): Promise<string | null> {
  if (running?.request.content['allow_stdin'] !== true) return null
  const { server, request } = running
  const { key } = server.connInfo
  // What was typed into a question that was taken back: an answer does not always say which one it is to.
  while ((await receive(server.stdin, 0)) !== null) signal.throwIfAborted()
  const question = request.createReply()
  question.header.msg_type = 'input_request'
  question.content = { prompt: text, password: isSecret }
  question.signAndSend(key, server.stdin)
  for (;;) {
    const frames = await receive(server.stdin, LOOK_MS)
    if (frames !== null) return String(request.constructor.fromRaw(key, frames).content['value'])
    signal.throwIfAborted()
  }
}

/** Null when nothing came in time. */
async function receive(socket: StdinSocket, timeoutMs: number): Promise<Buffer[] | null> {
  socket.receiveTimeout = timeoutMs
  try {
    return await socket.receive()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EAGAIN') return null
    throw thrown
  }
}
