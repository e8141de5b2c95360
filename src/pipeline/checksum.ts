import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { crc32 } from 'node:zlib'

type Algorithm = 'sha256' | 'sha1' | 'md5' | 'crc32'

/** Reads a file once and gives the sums asked for in lower-case hex (CRC-32 in 8 digits), and how many bytes were read. */
export async function checksum<A extends Algorithm>(
  path: string,
  algorithms: readonly A[],
  signal: AbortSignal | undefined,
): Promise<Record<A, string> & { readonly sizeBytes: number }> {
  const wanted = new Set<Algorithm>(algorithms)
  const wantsCrc = wanted.delete('crc32')
  const hashes = new Map<Algorithm, Hash>([...wanted].map((name) => [name, createHash(name)]))
  let crc = 0
  let sizeBytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal }) as AsyncIterable<Buffer>) {
    for (const hash of hashes.values()) hash.update(chunk)
    if (wantsCrc) crc = crc32(chunk, crc)
    sizeBytes += chunk.length
  }
  const sums: [Algorithm, string][] = [...hashes].map(([name, hash]) => [name, hash.digest('hex')])
  if (wantsCrc) sums.push(['crc32', crc.toString(16).padStart(8, '0')])
  return { ...(Object.fromEntries(sums) as Record<A, string>), sizeBytes }
}
