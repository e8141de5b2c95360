import { accessSync, constants, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { parseEnvFile } from './env-file.ts'
import { VaultError } from './errors.ts'
import { expandHome } from './home.ts'
import { obtainPassphrase } from './passphrase.ts'
import type { PipelineSettings } from './pipeline/context.ts'
import { parseRemoteSpec } from './tools/rclone-spec.ts'
import type { RcloneConfig } from './tools/rclone.ts'
import type { Secret } from './redact.ts'

/**
 * What a vault can be told. Every field may also come from the environment or a `.env` file, by the variable named in
 * docs/configuration.md; an option given here wins over the environment, and that over the file.
 */
export interface VaultOptions {
  /** Where archives go: `name:path` of an rclone remote, or a local folder (`./x`, `/x`, `~/x`). */
  remote?: string | undefined
  /** Encrypts everything; at least as strong as what the generator makes is best. Prefer a file or a secret to a literal. */
  passphrase?: string | undefined
  /** A file that holds the passphrase, 0600. */
  passphraseFile?: string | undefined
  /** Makes a strong passphrase when none is given, and keeps it in `passphraseFile` (0600). It is never printed. */
  generatePassphrase?: boolean | undefined
  /** An rclone.conf; default: the one rclone itself would use. */
  rcloneConfigFile?: string | undefined
  /** The text of an rclone.conf, for instance out of a notebook secret. */
  rcloneConfig?: string | undefined
  /** The password of an encrypted rclone.conf. */
  rcloneConfigPassword?: string | undefined
  /** A folder on a disk with room; a private folder `vaultstream` is made in it. */
  workspace?: string | undefined
  /** Size of one uploaded object, bytes or text such as `64MiB`. */
  volumeSize?: number | string | undefined
  /** `auto` compresses where a sample shows that it pays. */
  compression?: 'store' | 'auto' | 'fast' | undefined
  /** Items on their way at the same time. */
  concurrency?: number | undefined
  /** Limit of all downloads together, bytes a second or text such as `5MiB`; 0 is none. */
  maxDownloadSpeed?: number | string | undefined
  /** Limit of uploads, to the remote and to BitTorrent peers each; bytes a second or text such as `5MiB`; 0 is none. */
  maxUploadSpeed?: number | string | undefined
  /** Seconds without a byte after which a download is given up and diagnosed. */
  stallSeconds?: number | undefined
  /** Share of a torrent's size to give back before going on; 0 is none. */
  seedRatio?: number | undefined
  /** Minutes to seed at the most; 0 is none. */
  seedMinutes?: number | undefined
  /** Accept ftp links too. */
  allowFtp?: boolean | undefined
  /** `public` refuses links that lead to private or loopback addresses; for servers. */
  addressPolicy?: 'any' | 'public' | undefined
  /** Nothing of BitTorrent leaves this machine: for tests and the built-in example. */
  loopbackOnly?: boolean | undefined
  /** Read instead of `./.env`. */
  envFile?: string | undefined
}

/** Everything VaultStream was told, checked. Made once; nothing else reads the environment. */
export interface Config {
  readonly remote: string
  readonly rclone: RcloneConfig
  readonly workspaceRoot: string
  readonly concurrency: number
  readonly maxDownloadBytesPerSecond: number
  readonly maxUploadBytesPerSecond: number
  readonly allowFtp: boolean
  readonly loopbackOnly: boolean
  /** A managed Colab runtime, whose rules forbid torrents. */
  readonly isManagedColab: boolean
  readonly searchPath: string
  readonly pipeline: PipelineSettings
  /** Everything in it that must never be shown. */
  readonly secrets: readonly (Secret | string)[]
  /** What is worth a word when the vault opens. */
  readonly notes: readonly { readonly message: string; readonly hint: string }[]
}

/** One thing that can be set: how, to what, and in a sentence. The table in docs/configuration.md is made of these. */
export interface Setting {
  readonly variable: string
  readonly schema: z.ZodType
  readonly fallback: string
  readonly isSecret: boolean
  readonly meaning: string
}

const MIB = 1024 * 1024

export const SETTINGS = {
  remote: setting(
    'VAULTSTREAM_REMOTE',
    z.string(),
    'none: must be given',
    'Where archives go: `name:path` of an rclone remote or a local folder.',
  ),
  passphrase: setting(
    'VAULTSTREAM_PASSPHRASE',
    z.string(),
    'none',
    'Encrypts everything. Weak ones are refused.',
    true,
  ),
  passphraseFile: setting(
    'VAULTSTREAM_PASSPHRASE_FILE',
    z.string(),
    '`~/.config/vaultstream/passphrase` when generating',
    'A file that holds the passphrase, 0600.',
  ),
  generatePassphrase: setting(
    'VAULTSTREAM_GENERATE_PASSPHRASE',
    flag(),
    '`false`',
    'Makes a strong passphrase when none is given and keeps it in the passphrase file.',
  ),
  rcloneConfigFile: setting(
    'RCLONE_CONFIG',
    z.string(),
    '`~/.config/rclone/rclone.conf` if it exists',
    'An rclone.conf; used in place, so that refreshed tokens reach it.',
  ),
  rcloneConfig: setting(
    'VAULTSTREAM_RCLONE_CONFIG',
    z.string(),
    'none',
    'The text of an rclone.conf, for instance out of a secret.',
    true,
  ),
  rcloneConfigPassword: setting(
    'RCLONE_CONFIG_PASS',
    z.string(),
    'none',
    'The password of an encrypted rclone.conf.',
    true,
  ),
  workspace: setting(
    'VAULTSTREAM_WORKSPACE',
    z.string(),
    '`~/.cache`',
    'A folder on a disk with room; a private folder `vaultstream` is made in it.',
  ),
  volumeSize: setting(
    'VAULTSTREAM_VOLUME_SIZE',
    bytes(MIB, 64 * 1024 * MIB),
    '`64MiB`',
    'Size of one uploaded object.',
  ),
  compression: setting(
    'VAULTSTREAM_COMPRESSION',
    z.enum(['store', 'auto', 'fast']),
    '`auto`',
    '`auto` compresses where a sample shows that it pays; `store` never; `fast` always.',
  ),
  concurrency: setting('VAULTSTREAM_CONCURRENCY', integer(1, 64), '`2`', 'Items on their way at the same time.'),
  maxDownloadSpeed: setting(
    'VAULTSTREAM_MAX_DOWNLOAD_SPEED',
    bytes(0, Number.MAX_SAFE_INTEGER),
    '`0` (no limit)',
    'Limit of all downloads together, per second.',
  ),
  maxUploadSpeed: setting(
    'VAULTSTREAM_MAX_UPLOAD_SPEED',
    bytes(0, Number.MAX_SAFE_INTEGER),
    '`0` (no limit)',
    'Limit of uploads per second: of those to the remote, and of what is given to BitTorrent peers.',
  ),
  stallSeconds: setting(
    'VAULTSTREAM_STALL_SECONDS',
    integer(1, 86_400),
    '`300`',
    'Seconds without a byte after which a download is given up and diagnosed.',
  ),
  seedRatio: setting(
    'VAULTSTREAM_SEED_RATIO',
    z.coerce.number().min(0).max(100),
    '`0` (no seeding)',
    "Share of a torrent's size to give back before going on.",
  ),
  seedMinutes: setting(
    'VAULTSTREAM_SEED_MINUTES',
    z.coerce.number().min(0).max(100_000),
    '`0` (no seeding)',
    'Minutes to seed at the most.',
  ),
  allowFtp: setting('VAULTSTREAM_ALLOW_FTP', flag(), '`false`', 'Accept ftp links too.'),
  addressPolicy: setting(
    'VAULTSTREAM_ADDRESS_POLICY',
    z.enum(['any', 'public']),
    '`any`',
    '`public` refuses links that lead to private or loopback addresses; for servers.',
  ),
  loopbackOnly: setting(
    'VAULTSTREAM_LOOPBACK_ONLY',
    flag(),
    '`false`',
    'Nothing of BitTorrent leaves this machine: for tests and the built-in example.',
  ),
} satisfies Record<Exclude<keyof VaultOptions, 'envFile'>, Setting>

type Name = keyof typeof SETTINGS
type Values = { readonly [N in Name]: z.infer<(typeof SETTINGS)[N]['schema']> | undefined }

/**
 * Reads options, environment and `.env` into one checked configuration. May write one file: a passphrase it was asked
 * to generate.
 * @param environment - the variables to read; the process's own unless a test says otherwise
 * @throws VaultError CONFIG_INVALID, ENV_FILE_INVALID, REMOTE_MISSING, PASSPHRASE_MISSING, PASSPHRASE_INVALID,
 *   PASSPHRASE_WEAK; each names the option
 */
export async function loadConfig(
  options: VaultOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Config> {
  const envFile = readEnvFile(options.envFile)
  const variables = { ...filled(envFile.variables), ...filled(environment) }
  const values = check(
    firstGiven([
      defined({ ...options, envFile: undefined }),
      fromVariables(defined(environment)),
      fromVariables(envFile.variables),
    ]),
  )
  if (values.remote === undefined || values.remote === '') throw missingRemote()
  // What cannot be a remote is refused before a passphrase is made for it.
  parseRemoteSpec(values.remote)
  const passphrase = await obtainPassphrase({
    text: values.passphrase,
    file: values.passphraseFile,
    isGenerated: values.generatePassphrase ?? false,
  })
  const { seedRatio = 0, seedMinutes = 0 } = values
  return {
    remote: values.remote,
    rclone: rcloneConfig(values, variables),
    workspaceRoot: join(
      resolve(expandHome(values.workspace ?? variables['XDG_CACHE_HOME'] ?? '~/.cache')),
      'vaultstream',
    ),
    concurrency: values.concurrency ?? 2,
    maxDownloadBytesPerSecond: values.maxDownloadSpeed ?? 0,
    maxUploadBytesPerSecond: values.maxUploadSpeed ?? 0,
    allowFtp: values.allowFtp ?? false,
    loopbackOnly: values.loopbackOnly ?? false,
    isManagedColab: variables['COLAB_RELEASE_TAG'] !== undefined,
    searchPath: variables['PATH'] ?? '',
    pipeline: {
      passphrase: passphrase.secret,
      compression: values.compression ?? 'auto',
      volumeBytes: values.volumeSize ?? 64 * MIB,
      addressPolicy: values.addressPolicy ?? 'any',
      stallSeconds: values.stallSeconds ?? 300,
      seed:
        seedRatio > 0 || seedMinutes > 0
          ? { ...(seedRatio > 0 ? { ratio: seedRatio } : {}), ...(seedMinutes > 0 ? { minutes: seedMinutes } : {}) }
          : null,
    },
    secrets: [passphrase.secret, ...(values.rcloneConfigPassword === undefined ? [] : [values.rcloneConfigPassword])],
    notes: [...envFile.warnings, ...unknownNames(options, variables), ...passphrase.notes],
  }
}

function setting<S extends z.ZodType>(
  variable: string,
  schema: S,
  fallback: string,
  meaning: string,
  isSecret = false,
) {
  return { variable, schema, fallback, meaning, isSecret }
}

function flag() {
  return z.union([z.boolean(), z.stringbool()])
}

function integer(least: number, most: number) {
  return z.coerce.number().int().min(least).max(most)
}

/** Bytes as a number, or as text with a binary unit: `64MiB`, `1.5 GiB`, `512K`. */
function bytes(least: number, most: number) {
  const units = { '': 1, K: 1024, M: MIB, G: 1024 * MIB, T: 1024 * 1024 * MIB }
  return z
    .union([z.number(), z.string()])
    .transform((value, context) => {
      if (typeof value === 'number') return value
      const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?\s*$/i.exec(value) ?? []
      if (number !== undefined)
        return Math.round(Number(number) * units[(unit ?? '').toUpperCase() as keyof typeof units])
      context.addIssue({ code: 'custom', message: 'expected a size such as 64MiB' })
      return z.NEVER
    })
    .pipe(z.int().min(least).max(most))
}

function readEnvFile(path: string | undefined): ReturnType<typeof parseEnvFile> {
  let text: string
  try {
    text = readFileSync(path ?? '.env', 'utf8')
  } catch (cause) {
    if (path === undefined) return { variables: {}, warnings: [] }
    throw new VaultError('ENV_FILE_INVALID', `The file ${path} could not be read.`, {
      stage: 'setup',
      field: 'envFile',
      hint: 'Check its path; a relative one starts at the folder of the notebook.',
      cause,
    })
  }
  return parseEnvFile(text)
}

function fromVariables(variables: Readonly<Record<string, string>>): Record<string, unknown> {
  const given = Object.entries(SETTINGS).filter(([, { variable }]) => (variables[variable] ?? '') !== '')
  return Object.fromEntries(given.map(([name, { variable }]) => [name, variables[variable]]))
}

/** Of every setting what the first source says. A passphrase and its file are one choice: a later source adds neither. */
function firstGiven(sources: readonly Record<string, unknown>[]): Record<string, unknown> {
  const { passphrase, passphraseFile } = sources.find((one) => 'passphrase' in one || 'passphraseFile' in one) ?? {}
  return { ...(Object.assign({}, ...sources.toReversed()) as Record<string, unknown>), passphrase, passphraseFile }
}

function check(given: Record<string, unknown>): Values {
  const shape = Object.fromEntries(Object.entries(SETTINGS).map(([name, { schema }]) => [name, schema.optional()]))
  const parsed = z.object(shape).safeParse(given)
  if (parsed.success) return parsed.data as Values
  const [issue] = parsed.error.issues
  throw unusable(String(issue?.path[0]) as Name, issue?.message ?? 'unknown reason')
}

function unusable(name: Name, why: string): VaultError {
  return new VaultError('CONFIG_INVALID', `The setting ${name} is not usable: ${why}.`, {
    stage: 'setup',
    field: name,
    hint: `${SETTINGS[name].meaning} Set it as the option \`${name}\` or the variable ${SETTINGS[name].variable}.`,
  })
}

/** `RCLONE_CONFIG_NAME_KEY` defines remotes; `RCLONE_CONFIG` and `RCLONE_CONFIG_PASS` alone mean other things. */
function rcloneConfig(values: Values, variables: Readonly<Record<string, string>>): RcloneConfig {
  const usual = join(expandHome(variables['XDG_CONFIG_HOME'] ?? '~/.config'), 'rclone', 'rclone.conf')
  const given = values.rcloneConfigFile
  const file = given === undefined ? (isReadable(usual) ? usual : undefined) : expandHome(given)
  if (file !== undefined && !isReadable(file)) throw unusable('rcloneConfigFile', 'the file cannot be read')
  const environment = Object.entries(variables).filter(([name]) => /^RCLONE_CONFIG_.+_.+$/.test(name))
  return {
    ...(file === undefined ? {} : { file: resolve(file) }),
    ...(values.rcloneConfig === undefined ? {} : { content: values.rcloneConfig }),
    ...(environment.length === 0 ? {} : { environment: Object.fromEntries(environment) }),
    ...(values.rcloneConfigPassword === undefined ? {} : { password: values.rcloneConfigPassword }),
  }
}

/** A name that means nothing is most likely a slip: say so, and what was probably meant. */
function unknownNames(options: VaultOptions, variables: Readonly<Record<string, string>>): Config['notes'] {
  const known = new Set<string>([...Object.keys(SETTINGS), 'envFile'])
  const knownVariables = new Set<string>(Object.values(SETTINGS).map(({ variable }) => variable))
  const strays = [
    ...Object.keys(options).filter((name) => !known.has(name)),
    ...Object.keys(variables).filter((name) => name.startsWith('VAULTSTREAM_') && !knownVariables.has(name)),
  ]
  return strays.map((name) => ({
    message: `The setting ${name} is unknown and was ignored.`,
    hint: 'docs/configuration.md lists all settings.',
  }))
}

function missingRemote(): VaultError {
  return new VaultError('REMOTE_MISSING', 'No remote was given.', {
    stage: 'setup',
    field: 'remote',
    hint: "Say where archives go: `openVault({ remote: 'gdrive:vault' })`, or VAULTSTREAM_REMOTE in the environment or a .env file; a local folder such as './vault' works too.",
  })
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

/** Without the variables that are empty: they count as not given. */
function filled(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(defined(variables)).filter(([, value]) => value !== ''))
}

function defined<T>(record: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, T] => entry[1] !== undefined))
}
