import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTool } from '../../src/tools/process.ts'
import { rcloneProgram } from '../../test/support/remotes.ts'

/** `rclone serve http` on loopback: a server of another process, with ranges, that costs little. */
export async function serveFolder(root: string, scratch: string): Promise<{ url: string; stop(): Promise<void> }> {
  const config = join(scratch, 'empty.conf')
  await writeFile(config, '')
  const server = startTool({
    program: rcloneProgram(),
    args: ['serve', 'http', root, '--addr', '127.0.0.1:0', '--read-only', '-v', '--config', config],
  })
  server.stdin.end()
  server.stdout.resume()
  const url = await new Promise<string>((resolve, reject) => {
    let log = ''
    server.stderr.on('data', (chunk: Buffer) => {
      if (log.length < 64_000) log += chunk.toString()
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(log)
      if (found) resolve(found[0])
    })
    void server.exited.then(() => {
      reject(new Error(`rclone serve http ended: ${log}`))
    })
  })
  return {
    url,
    async stop() {
      await server.stop()
    },
  }
}
