import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from '../errors.ts'
import type { Secret } from '../redact.ts'
import type { Remote } from '../tools/rclone.ts'
import { base32, createHeader, joinKeys, openHeader, type VaultKeys } from './keys.ts'
import { uploadProven } from './proof.ts'
import type { Workspace } from './workspace.ts'

/** Each header has a name of its own, so that none ever replaces another. */
const HEADER = /^vaultstream\.[a-z2-7]{8}\.json$/

/**
 * Opens the vault at a remote with a passphrase; makes it at first use. Of two machines that do so at once each may
 * make a header: both are kept, what was written with either stays readable, and all write with the first by name.
 * @throws VaultError HEADER_INVALID, PASSPHRASE_WRONG, REMOTE_*
 */
export async function unlock(
  remote: Remote,
  passphrase: Secret,
  workspace: Workspace,
  signal?: AbortSignal,
): Promise<VaultKeys> {
  let names = await headerNames(remote, signal)
  if (names.length === 0) {
    await makeHeader(remote, passphrase, workspace, signal)
    names = await headerNames(remote, signal)
  }
  const opened: VaultKeys[] = []
  const refusals: VaultError[] = []
  for (const name of names) {
    try {
      opened.push(await openHeader(await readText(remote, name, signal), passphrase))
    } catch (thrown) {
      const isOfHeader =
        thrown instanceof VaultError && (thrown.code === 'HEADER_INVALID' || thrown.code === 'PASSPHRASE_WRONG')
      if (!isOfHeader) throw thrown
      refusals.push(thrown)
    }
  }
  const [first, ...others] = opened
  if (first !== undefined) return joinKeys(first, others)
  throw refusals.find((refusal) => refusal.code === 'PASSPHRASE_WRONG') ?? refusals[0] ?? vanished()
}

async function makeHeader(
  remote: Remote,
  passphrase: Secret,
  workspace: Workspace,
  signal: AbortSignal | undefined,
): Promise<void> {
  const localPath = join(workspace.privateDir, `header-${randomBytes(6).toString('hex')}`)
  try {
    const { header } = await createHeader(passphrase)
    await writeFile(localPath, `${JSON.stringify(header, null, 1)}\n`, { mode: 0o600 })
    const name = `vaultstream.${base32(randomBytes(5))}.json`
    await uploadProven(remote, { localPath, remotePath: name, signal }, await readFile(localPath))
  } finally {
    await rm(localPath, { force: true })
  }
}

async function headerNames(remote: Remote, signal: AbortSignal | undefined): Promise<string[]> {
  const entries = await remote.list('', { signal })
  const names = entries.filter((entry) => !entry.isFolder && HEADER.test(entry.name)).map((entry) => entry.name)
  return [...new Set(names)].sort()
}

async function readText(remote: Remote, path: string, signal: AbortSignal | undefined): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of remote.read(path, signal)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function vanished(): VaultError {
  return new VaultError('HEADER_INVALID', 'The vault header that was just made is not at the remote.', {
    stage: 'setup',
    field: 'remote',
    retryable: true,
    hint: 'Try again; if it persists, this remote drops what it is given.',
  })
}
