import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { cancelled } from '../errors.ts'
import type { StreamRequest, VolumeFile } from './archive.ts'
import { startTool, type ToolProcess } from './process.ts'
import { formatListFile } from './sevenzip-create.ts'
import { createFailure } from './sevenzip-exit.ts'
import { followProgress, passwordLine } from './sevenzip-run.ts'
import { findVolumes } from './volumes.ts'

/** How often the folder is looked at; 7-Zip writes some 12 MiB in that time. */
const POLL_MS = 30
/** 7-Zip rewrites the beginning of the first volume at the end, so it stays here until then: it is tiny. */
const FIRST_VOLUME_BYTES = 4_096
/** 7-Zip reads so much at once for the password; what follows it in the same block would be lost. */
const PASSWORD_BLOCK_BYTES = 4_096

/**
 * {@link SevenZip.stream} with this program.
 * @see tested with 7-Zip 22.01 and 26.02: without `-mtr=off` an entry from a pipe bears the attributes of one
 */
export async function* streamVolumes(program: string, request: StreamRequest): AsyncGenerator<VolumeFile> {
  const { archive, signal } = request
  const password = passwordLine(request.passphrase, 'encrypt')
  if (signal?.aborted === true) throw cancelled('encrypt')
  // Beside the archive: the same file system, so that volumes are renamed into place, not copied.
  const scratch = await mkdtemp(`${archive}.making-`)
  const made = join(scratch, basename(archive))
  const ready: VolumeFile[] = []
  const moveFinal = async (volumes: readonly VolumeFile[]): Promise<void> => {
    for (const volume of volumes) ready.push(await moveIntoPlace(volume, archive))
  }
  let isComplete = false
  let run: Run | undefined
  try {
    run = await start(program, request, password, made)
    let movedCount = 0
    const { throttle } = run
    const watching = whileRunning(run, async () => {
      const volumes = await finalVolumes(made)
      movedCount += volumes.length
      await moveFinal(volumes)
      // In the background too: while the caller takes its time 7-Zip must not run on.
      const lyingCount = (await findVolumes(archive, true)).filter((volume) => volume.number > 1).length
      throttle({ lyingCount, goneCount: movedCount - lyingCount })
    })
    // Thrown where it is waited for.
    watching.catch(() => undefined)
    while (!run.hasEnded() || ready.length > 0) {
      const next = ready.shift()
      if (next === undefined) await Promise.race([sleep(POLL_MS), run.child.exited])
      else yield next
    }
    await watching
    await assertEndedWell(run, signal)
    const [first, ...others] = await findVolumes(made)
    const last = others.pop()
    await moveFinal([...others, first, last].filter((volume) => volume !== undefined))
    isComplete = true
    yield* ready
  } finally {
    await run?.end()
    await rm(scratch, { recursive: true, force: true })
    if (!isComplete) for (const { path } of await findVolumes(archive)) await rm(path, { force: true })
  }
}

/** A 7-Zip at work, and what became of its input and output. */
interface Run {
  readonly child: ToolProcess
  hasEnded(): boolean
  /** Keeps it within the window, given how many volumes lie in place and how many were there and are gone. */
  readonly throttle: (volumes: { readonly lyingCount: number; readonly goneCount: number }) => void
  /** What the source of the bytes threw, if it did; the tool was ended then. */
  readonly fed: Promise<{ readonly thrown: unknown } | null>
  readonly output: Promise<[stdout: string, stderr: string]>
  /** Kills it, if it is not over. */
  end(): Promise<void>
}

async function start(program: string, request: StreamRequest, password: string, made: string): Promise<Run> {
  const { source, onProgress, signal } = request
  const listFile = `${made}.txt`
  if ('file' in source) await writeFile(listFile, formatListFile([source.file]), { mode: 0o600 })
  const child = startTool({
    program,
    args: [
      ...['a', '-t7z', '-mhe=on', '-mx=0', '-snl', '-sse', '-spd', '-p', '-bso0', '-bsp1', '-scsUTF-8'],
      ...[`-v${String(FIRST_VOLUME_BYTES)}b`, `-v${String(request.volumeBytes)}b`],
      ...('file' in source ? [made, `-i@${listFile}`] : ['-mtr=off', `-si${source.name}`, made]),
    ],
    signal,
    ...('file' in source ? { cwd: source.folder } : {}),
  })
  // What comes by its input is counted; how fast it reads a file can only be seen, so there one volume less is allowed.
  const allowance = allowanceOf(request)
  let hasEnded = false
  void child.exited.then(() => {
    hasEnded = true
    allowance.raise(Infinity)
  })
  const hold = holdable(child)
  const fed = 'file' in source ? answer(child, password) : feed(child, password, allowance.passing(source.bytes))
  const output = Promise.all([
    onProgress === undefined ? text(child.stdout) : followProgress(child.stdout, onProgress),
    text(child.stderr),
  ])
  return {
    child,
    hasEnded: () => hasEnded,
    throttle({ lyingCount, goneCount }) {
      if ('file' in source) hold(lyingCount >= request.window - 1)
      else allowance.raise(goneCount)
    },
    fed,
    output,
    async end() {
      if (!hasEnded) await child.stop(0)
      await fed
      await output
    },
  }
}

function answer(child: ToolProcess, password: string): Promise<null> {
  child.stdin.end(`${password}\n${password}\n`)
  return Promise.resolve(null)
}

async function feed(
  child: ToolProcess,
  password: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly thrown: unknown } | null> {
  const block = Buffer.alloc(PASSWORD_BLOCK_BYTES, '\n')
  block.write(`${password}\n${password}\n`)
  await written(child.stdin, block)
  block.fill(0)
  try {
    for await (const each of bytes) {
      // It has ended: why is for its exit to say.
      if (!(await written(child.stdin, each))) break
    }
  } catch (thrown) {
    await child.stop(0)
    return { thrown }
  }
  child.stdin.end()
  return null
}

/** Resolves once the block left this process, so that it may be used again; to false when nobody reads any more. */
function written(stream: Writable, block: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    stream.write(block, (error) => {
      resolve(error === null || error === undefined)
    })
  })
}

/** Does `look` over and over until the tool has ended; its failure ends the tool, and is thrown. */
async function whileRunning(run: Run, look: () => Promise<void>): Promise<void> {
  try {
    while (!run.hasEnded()) {
      await look()
      await sleep(POLL_MS)
    }
  } catch (thrown) {
    await run.child.stop(0)
    throw thrown
  }
}

async function assertEndedWell({ child, fed, output }: Run, signal: AbortSignal | undefined): Promise<void> {
  const [exit, input, [stdout, stderr]] = await Promise.all([child.exited, fed, output])
  if (signal?.aborted === true) throw cancelled('encrypt')
  if (input !== null) throw input.thrown
  if (exit.code !== 0) throw createFailure({ ...exit, stdout, stderr })
}

/** Lets through as many bytes as the window has room for, and at most the block that fills it more. */
function allowanceOf({ window, volumeBytes }: StreamRequest): {
  passing(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>
  /** So many volumes are gone. */
  raise(goneCount: number): void
} {
  let allowedBytes = window * volumeBytes
  let wake = (): void => undefined
  return {
    async *passing(bytes) {
      let passedBytes = 0
      for await (const block of bytes) {
        while (passedBytes >= allowedBytes) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        passedBytes += block.length
        yield block
      }
    },
    raise(goneCount) {
      allowedBytes = Math.max(allowedBytes, (goneCount + window) * volumeBytes)
      wake()
    },
  }
}

/** Stops the tool's whole group, or lets it go on. */
function holdable({ pid }: ToolProcess): (isHeld: boolean) => void {
  let wasHeld = false
  return (isHeld) => {
    if (isHeld === wasHeld) return
    wasHeld = isHeld
    try {
      process.kill(-pid, isHeld ? 'SIGSTOP' : 'SIGCONT')
    } catch {
      // It is gone already.
    }
  }
}

/**
 * Volumes, but for the first, behind which the next is begun already: 7-Zip never comes back to them.
 * @see tested with 7-Zip 22.01 and 26.02; the newer one ends names in `.tmp` while it writes
 */
async function finalVolumes(made: string): Promise<VolumeFile[]> {
  const volumes = await findVolumes(made, true)
  const begun = Math.max(0, ...volumes.filter((volume) => volume.sizeBytes > 0).map((volume) => volume.number))
  return volumes.filter(({ number, path }) => number > 1 && number < begun && !path.endsWith('.tmp'))
}

async function moveIntoPlace(volume: VolumeFile, archive: string): Promise<VolumeFile> {
  const path = `${archive}.${String(volume.number).padStart(3, '0')}`
  await rename(volume.path, path)
  return { ...volume, path }
}
