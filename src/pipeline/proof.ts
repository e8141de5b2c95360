import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { VaultError } from '../errors.ts'
import type { Remote, TransferRequest } from '../tools/rclone.ts'
import type { NativeHash, Proof } from './model.ts'

const ATTEMPTS = 3
const ANEW =
  'Store it anew from its source: `await vault.run(source, { again: true })`. If it persists, do not trust this remote.'

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
    hash: nativeHash?.algorithm,
    signal,
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

/**
 * Copies a small object and proves it by reading it back, a few times if need be; a copy that stays wrong is removed.
 * @throws VaultError VOLUME_MISSING, VOLUME_DAMAGED, REMOTE_*, CANCELLED
 */
export async function uploadProven(remote: Remote, transfer: TransferRequest, content: Uint8Array): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await remote.upload(transfer)
      await proveObject(remote, transfer.remotePath, expectContent(content), transfer.signal)
      return
    } catch (thrown) {
      if (isDifferent(thrown) && attempt < ATTEMPTS) continue
      if (isDifferent(thrown)) await remote.remove(transfer.remotePath).catch(() => undefined)
      throw thrown
    }
  }
}

/** True for a copy that is there wrongly or not at all: sending it again may cure that. */
export function isDifferent(thrown: unknown): boolean {
  return thrown instanceof VaultError && (thrown.code === 'VOLUME_MISSING' || thrown.code === 'VOLUME_DAMAGED')
}

/** What a small object must be at the remote; it is proven by reading it back, whatever hashes there are. */
function expectContent(content: Uint8Array): ExpectedObject {
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
    hint: ANEW,
  })
}

function damaged(name: string, how: string): VaultError {
  return new VaultError('VOLUME_DAMAGED', `${name} at the remote is not what was sent: ${how}.`, {
    stage: 'verify',
    retryable: true,
    hint: ANEW,
  })
}
