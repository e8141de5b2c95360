import { createDecipheriv } from 'node:crypto'
import { link, mkdtemp, open, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { VaultError } from '../errors.ts'
import type { StreamCheck, StreamCheckOptions } from './archive.ts'
import { startTool } from './process.ts'
import { archiveKey } from './sevenzip-key.ts'
import { assertListing } from './sevenzip-listing.ts'
import { assertArchiveLocked, listArchive } from './sevenzip-read.ts'
import { passwordLine } from './sevenzip-run.ts'

const BLOCK_BYTES = 16
/** The header, a few hundred bytes, may begin in the last volume but one. */
const TAIL_BYTES = 4_096

interface KnownVolume {
  sizeBytes: number
  /** Its first cipher block. */
  begin: Buffer
  /** Its last bytes. */
  tail: Buffer
}

/**
 * {@link SevenZip.checkStream} with this program. A stored file is, from byte 32 of the archive on, its bytes in
 * AES-256-CBC; only the first block of that needs the vector from the header, which 7-Zip itself is made to use.
 * @see docs/adr/0012-archives-that-leave-while-they-are-written.md
 */
export function streamCheck(
  program: string,
  { archive, passphrase, head, sizeBytes }: StreamCheckOptions,
): StreamCheck {
  const volumes = new Map<number, KnownVolume>()
  let decipher: ReturnType<typeof createDecipheriv> | undefined
  let crc = 0
  /** Of the content, decrypted and summed up; the head is taken as given until the end. */
  let plainBytes = 0

  const decrypt = (cipher: Uint8Array): void => {
    const total = sizeBytes() ?? Infinity
    if (decipher === undefined) {
      plainBytes = head().length
      crc = crc32(head())
      decipher = createDecipheriv('aes-256-cbc', archiveKey(passphrase), cipher.subarray(0, BLOCK_BYTES))
      decipher.setAutoPadding(false)
      cipher = cipher.subarray(BLOCK_BYTES)
    }
    // Behind the content: padding, then the header.
    if (cipher.length === 0 || plainBytes >= total) return
    const plain = decipher.update(cipher)
    const content = plain.subarray(0, Math.min(plain.length, total - plainBytes))
    crc = crc32(content, crc)
    plainBytes += content.length
  }

  return {
    update(number, block) {
      const known = volumes.get(number) ?? { sizeBytes: 0, begin: Buffer.alloc(0), tail: Buffer.alloc(0) }
      volumes.set(number, known)
      if (known.begin.length < BLOCK_BYTES) {
        known.begin = Buffer.concat([known.begin, block.subarray(0, BLOCK_BYTES - known.begin.length)])
      }
      known.tail = Buffer.concat([known.tail, block.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES)
      known.sizeBytes += block.length
      if (number === 1) return
      if (decipher === undefined && known.begin.length < BLOCK_BYTES) return
      // A first block that came in pieces is whole now.
      const isJoined = decipher === undefined && known.sizeBytes > block.length
      decrypt(
        isJoined ? Buffer.concat([known.begin, block.subarray(BLOCK_BYTES - (known.sizeBytes - block.length))]) : block,
      )
    },

    async finish(expected, signal) {
      const [begin, total] = [head(), expected.sizeBytes]
      if (decipher === undefined) {
        plainBytes = begin.length
        crc = crc32(begin)
      }
      if (plainBytes !== total || crc !== Number.parseInt(expected.crc32, 16)) throw damaged()
      const scratch = await mkdtemp(`${archive}.check-`)
      try {
        const first = await sparseSet(archive, volumes, scratch)
        assertListing(await listArchive(program, first, passphrase, signal), [expected])
        const decrypted = await beginning(program, first, passwordLine(passphrase, 'encrypt'), begin.length, signal)
        if (!decrypted.equals(begin)) throw damaged()
        await assertArchiveLocked(program, first, signal)
      } finally {
        await rm(scratch, { recursive: true, force: true })
      }
    },
  }
}

/** The archive with its first and last volume, and holes between that have but their begin and end. */
async function sparseSet(archive: string, volumes: ReadonlyMap<number, KnownVolume>, folder: string): Promise<string> {
  const lastNumber = Math.max(...volumes.keys())
  const name = (number: number): string => `${basename(archive)}.${String(number).padStart(3, '0')}`
  for (const [number, { sizeBytes, begin, tail }] of volumes) {
    const path = join(folder, name(number))
    if (number === 1 || number === lastNumber) {
      await link(`${archive}.${String(number).padStart(3, '0')}`, path)
      continue
    }
    await using file = await open(path, 'wx', 0o600)
    await file.truncate(sizeBytes)
    await file.write(begin, 0, begin.length, 0)
    await file.write(tail, 0, tail.length, sizeBytes - tail.length)
  }
  return join(folder, name(1))
}

/** What 7-Zip itself decrypts first; behind it are holes, so how it ends says nothing. */
async function beginning(
  program: string,
  first: string,
  password: string,
  wantedBytes: number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const child = startTool({ program, args: ['x', '-so', '-spd', '-t7z.split', '--', first], signal })
  child.stdin.end(`${password}\n`)
  child.stderr.resume()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= wantedBytes) break
  }
  await child.stop(0)
  return Buffer.concat(chunks).subarray(0, wantedBytes)
}

function damaged(): VaultError {
  return new VaultError('ARCHIVE_DAMAGED', 'The archive does not decrypt to what went into it.', {
    stage: 'encrypt',
    hint: 'The disk or the memory of this machine may be failing. Run it again; nothing counts as stored until it passes.',
    retryable: true,
  })
}
