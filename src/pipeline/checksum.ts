import { createHash, type Hash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

type Algorithm = 'sha256' | 'sha1' | 'md5' | 'crc32'

const BLOCK_BYTES = 1024 * 1024
/** What all sums take in turn while it is in the processor's cache. */
const SLICE_BYTES = 128 * 1024

/**
 * Reads a file once and gives the sums asked for in lower-case hex (CRC-32 in 8 digits), and how many bytes were read.
 * Reads into one buffer: a stream would cost a millisecond a file, and items have thousands.
 * @param onBlock - gets each block as well, to be used at once
 */
export async function checksum<A extends Algorithm>(
  path: string,
  algorithms: readonly A[],
  signal: AbortSignal | undefined,
  onBlock?: (block: Uint8Array) => void,
): Promise<Record<A, string> & { readonly sizeBytes: number }> {
  const wanted = new Set<Algorithm>(algorithms)
  const wantsCrc = wanted.delete('crc32')
  const hashes = new Map<Algorithm, Hash>([...wanted].map((name) => [name, createHash(name)]))
  let crc = 0
  let sizeBytes = 0
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  const buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, size + 1))
  for (;;) {
    signal?.throwIfAborted()
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
    if (bytesRead === 0) break
    for (let at = 0; at < bytesRead; at += SLICE_BYTES) {
      const slice = buffer.subarray(at, Math.min(bytesRead, at + SLICE_BYTES))
      for (const hash of hashes.values()) hash.update(slice)
      if (wantsCrc) crc = crc32(slice, crc)
      onBlock?.(slice)
    }
    sizeBytes += bytesRead
  }
  const sums: [Algorithm, string][] = [...hashes].map(([name, hash]) => [name, hash.digest('hex')])
  if (wantsCrc) sums.push(['crc32', crc.toString(16).padStart(8, '0')])
  return { ...(Object.fromEntries(sums) as Record<A, string>), sizeBytes }
}
