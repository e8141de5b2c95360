import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from '../errors.ts'
import type { Secret } from '../redact.ts'
import type { Remote } from '../tools/rclone.ts'
import { createHeader, openHeader, type VaultKeys } from './keys.ts'
import { expectContent, proveObject } from './proof.ts'
import type { Workspace } from './workspace.ts'

const HEADER = 'vaultstream.json'

/**
 * Opens the vault at a remote with a passphrase; makes it at first use. What counts is what lies at the remote after
 * writing, so that of two machines that start at once the later reads what the earlier wrote, or is told.
 * @throws VaultError HEADER_INVALID, PASSPHRASE_WRONG, REMOTE_*
 */
export async function unlock(
  remote: Remote,
  passphrase: Secret,
  workspace: Workspace,
  signal?: AbortSignal,
): Promise<VaultKeys> {
  const existing = await readHeader(remote, signal)
  if (existing !== null) return openHeader(existing, passphrase)
  const localPath = join(workspace.privateDir, `header-${randomBytes(6).toString('hex')}`)
  try {
    const { header } = await createHeader(passphrase)
    await writeFile(localPath, `${JSON.stringify(header, null, 1)}\n`, { mode: 0o600 })
    await remote.upload({ localPath, remotePath: HEADER, signal })
    await proveObject(remote, HEADER, expectContent(await readFile(localPath)), signal)
  } finally {
    await rm(localPath, { force: true })
  }
  return openHeader((await readHeader(remote, signal)) ?? '', passphrase)
}

async function readHeader(remote: Remote, signal: AbortSignal | undefined): Promise<string | null> {
  const found = (await remote.list('', signal === undefined ? {} : { signal })).filter((entry) => entry.name === HEADER)
  if (found.length === 0) return null
  if (found.length > 1) {
    throw new VaultError('HEADER_INVALID', `There is more than one ${HEADER} at the remote.`, {
      stage: 'setup',
      field: 'remote',
      hint: 'Keep the oldest and remove the others by hand.',
    })
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of remote.read(HEADER, signal)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
