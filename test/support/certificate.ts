import { execFile } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Certificate {
  readonly folder: string
  /** Where it lies, as a user names it. */
  readonly path: string
  readonly cert: string
  readonly key: string
}

/** A certificate that nobody signed, for this machine: by number unless `name` says otherwise. Its folder is the caller's. */
export async function makeCertificate(name = 'IP:127.0.0.1'): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'))
  const [path, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const about = ['-days', '2', '-subj', '/CN=vaultstream-test', '-addext', `subjectAltName=${name}`]
  await promisify(execFile)('openssl', ['req', '-x509', ...curve, ...about, '-keyout', keyPath, '-out', path])
  return { folder, path, cert: await readFile(path, 'utf8'), key: await readFile(keyPath, 'utf8') }
}
