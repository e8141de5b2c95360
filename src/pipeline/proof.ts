import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { VaultError } from '../errors.ts'
import type { Remote } from '../tools/rclone.ts'
import type { NativeHash, Proof } from './model.ts'

/** What an object at the remote must be. */
export interface ExpectedObject {
  readonly sizeBytes: number
  readonly sha256: string
  readonly nativeHash: NativeHash | null
}

/**
 * Proves that exactly one object lies at `path` and that its content is what was expected.
 * @throws VaultError VOLUME_MISSING, VOLUME_DAMAGED, REMOTE_*
 */
export async function proveObject(
  remote: Remote,
  path: string,
  expected: ExpectedObject,
  signal: AbortSignal | undefined,
): Promise<Proof> {
  const { dir, base: name } = posix.parse(path)
  const { nativeHash } = expected
  const entries = await remote.list(dir, {
    name,
    ...(nativeHash === null ? {} : { hash: nativeHash.algorithm }),
    ...(signal === undefined ? {} : { signal }),
  })
  const [entry, ...others] = entries.filter((candidate) => candidate.name === name && !candidate.isFolder)
  if (entry === undefined) throw missing(name)
  if (others.length > 0) throw damaged(name, 'there is more than one object of that name')
  if (entry.sizeBytes !== expected.sizeBytes) {
    throw damaged(name, `it has ${String(entry.sizeBytes)} bytes instead of ${String(expected.sizeBytes)}`)
  }
  if (nativeHash !== null && entry.hash !== null) {
    if (entry.hash !== nativeHash.hex) throw damaged(name, 'its hash differs')
    return nativeHash.algorithm
  }
  const sha256 = createHash('sha256')
  for await (const chunk of remote.read(path, signal)) sha256.update(chunk)
  if (sha256.digest('hex') !== expected.sha256) throw damaged(name, 'its content differs')
  return 'readback'
}

/** What a small object must be at the remote; it is proven by reading it back, whatever hashes there are. */
export function expectContent(content: Uint8Array): ExpectedObject {
  return {
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    nativeHash: null,
  }
}

/** A proof in words, for people. */
export function describeProof(proof: Proof): string {
  return proof === 'readback' ? 'every byte read back' : `by the remote's own ${proof.toUpperCase()}`
}

function missing(name: string): VaultError {
  return new VaultError('VOLUME_MISSING', `${name} is not at the remote.`, {
    stage: 'verify',
    retryable: true,
    hint: 'Run the item again; if it persists, the remote drops uploads.',
  })
}

function damaged(name: string, how: string): VaultError {
  return new VaultError('VOLUME_DAMAGED', `${name} at the remote is not what was sent: ${how}.`, {
    stage: 'verify',
    retryable: true,
    hint: 'Run the item again; if it persists, do not trust this remote.',
  })
}
