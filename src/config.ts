import { accessSync, constants } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { readEnvFile } from './env-file.ts'
import { VaultError } from './errors.ts'
import type { Note } from './facts.ts'
import { HANDOVER, takeHandover } from './handover.ts'
import { expandHome } from './home.ts'
import { invalid } from './notify/address.ts'
import type { Channel } from './notify/channel.ts'
import { channelsOf } from './notify/channels.ts'
import { obtainPassphrase, type Ask } from './passphrase.ts'
import type { PipelineSettings } from './pipeline/context.ts'
import type { ScratchKind } from './pipeline/scratch.ts'
import { parseRemoteSpec } from './tools/rclone-spec.ts'
import type { RcloneConfig } from './tools/rclone.ts'
import type { Secret } from './redact.ts'
import { MIB } from './setting-kinds.ts'
import { SETTINGS, type VaultOptions } from './settings.ts'
import type { Locale } from './words/index.ts'

/** Everything VaultStream was told but where archives go and how they are locked, checked. */
export interface LocalConfig {
  readonly workspaceRoot: string
  readonly scratch: ScratchKind
  /** `auto`: where there is ample room. */
  readonly volumesInMemory: boolean | 'auto'
  readonly concurrency: number
  readonly keepsUnfinished: boolean
  /** In a notebook. */
  readonly onKernelDeath: 'wipe' | 'keep'
  readonly downloads: number
  readonly encryptions: number
  readonly uploads: number
  /** Null: a share of what is free. */
  readonly diskBudgetBytes: number | null
  readonly requestsPerSecond: number
  readonly maxDownloadBytesPerSecond: number
  readonly maxUploadBytesPerSecond: number
  readonly allowFtp: boolean
  readonly loopbackOnly: boolean
  /** A managed Colab runtime, whose rules forbid torrents. */
  readonly isManagedColab: boolean
  readonly searchPath: string
  readonly rclone: RcloneConfig
  readonly locale: Locale
  readonly notices: NoticesConfig
  /** But for what the session decides by what it finds. */
  readonly pipeline: Omit<PipelineSettings, 'passphrase' | 'volumesInMemory'>
  /** Everything in it that must never be shown. */
  readonly secrets: readonly (Secret | string)[]
  /** What is worth a word when the vault opens. */
  readonly notes: readonly Note[]
}

/** Who is told of a run, and what. */
export interface NoticesConfig {
  readonly channels: readonly Channel[]
  readonly on: readonly ('start' | 'failure' | 'done')[]
  /** Null: no progress is told. */
  readonly progressEveryMs: number | null
  readonly withNames: boolean
  /** The folder of what could not be delivered yet. */
  readonly outbox: string
}

/** All of it: what an open vault works by. Made once; nothing else reads the environment. */
export interface Config extends LocalConfig {
  readonly remote: string
  readonly pipeline: LocalConfig['pipeline'] & Pick<PipelineSettings, 'passphrase'>
}

/** What a front end must know before anything else is read. */
export interface Surroundings {
  readonly locale: Locale
  readonly isManagedColab: boolean
}

type Name = keyof typeof SETTINGS
type Values = { readonly [N in Name]: z.infer<(typeof SETTINGS)[N]['schema']> | undefined }

/** Never throws: what is wrong is for {@link loadConfig} to say, in this language. */
export function readSurroundings(
  options: VaultOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Surroundings {
  const variables = { ...legible(options.envFile), ...filled(environment) }
  const { data } = SETTINGS.locale.schema.safeParse(options.locale ?? variables[SETTINGS.locale.variable])
  return { locale: data ?? languageOf(variables), isManagedColab: isManagedColab(variables) }
}

/** Where {@link loadConfig} and its like read, beside the options. */
export interface ReadFrom {
  /** The variables to read: the process's own unless a test says otherwise. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * Reads options, what was handed over, environment and `.env` into one checked configuration. Unlinks what was handed
 * over; may write one file: a passphrase it was asked to generate.
 * @param from - `ask` gets from the user what must be known and was not given
 * @throws VaultError CONFIG_INVALID, ENV_FILE_INVALID, REMOTE_MISSING, PASSPHRASE_MISSING, PASSPHRASE_INVALID,
 *   PASSPHRASE_WEAK; each names the option
 */
export async function loadConfig(
  options: VaultOptions,
  { ask = () => Promise.resolve(null), ...from }: ReadFrom & { readonly ask?: Ask } = {},
): Promise<Config> {
  const given = gather(options, from)
  const { values } = given
  const local = localConfig(given)
  const remote = (values.remote === '' ? undefined : values.remote) ?? (await ask('remote')) ?? ''
  if (remote === '') throw missingRemote()
  // What cannot be a remote is refused before a passphrase is made for it.
  parseRemoteSpec(remote)
  const passphrase = await obtainPassphrase({
    text: values.passphrase,
    file: values.passphraseFile,
    isGenerated: values.generatePassphrase ?? false,
    ask,
  })
  return {
    ...local,
    remote,
    pipeline: { ...local.pipeline, passphrase: passphrase.secret },
    secrets: [...local.secrets, passphrase.secret],
    notes: [...local.notes, ...passphrase.notes],
  }
}

/**
 * The same for work that needs neither remote nor passphrase.
 * @throws VaultError CONFIG_INVALID, ENV_FILE_INVALID
 */
export function loadLocalConfig(options: VaultOptions, from: ReadFrom = {}): LocalConfig {
  return localConfig(gather(options, from))
}

interface Given {
  readonly values: Values
  /** Of environment, `.env` and what was handed over, what counts. */
  readonly variables: Readonly<Record<string, string>>
  readonly notes: readonly Note[]
}

function gather(options: VaultOptions, { environment = process.env }: ReadFrom): Given {
  const handedOver = takeHandover(environment[HANDOVER])
  const envFile = readEnvFile(options.envFile)
  const variables = { ...filled(envFile.variables), ...filled(environment), ...filled(handedOver) }
  const values = check(
    firstGiven([
      defined({ ...options, envFile: undefined }),
      fromVariables(handedOver),
      fromVariables(defined(environment)),
      fromVariables(envFile.variables),
    ]),
  )
  return { values, variables, notes: [...envFile.warnings, ...unknownNames(options, variables)] }
}

function localConfig({ values, variables, notes }: Given): LocalConfig {
  const { seedRatio = 0, seedMinutes = 0 } = values
  const notices = noticesConfig(values, variables)
  return {
    workspaceRoot: join(
      resolve(expandHome(values.workspace ?? variables['XDG_CACHE_HOME'] ?? '~/.cache')),
      'vaultstream',
    ),
    scratch: values.scratch ?? 'plain',
    volumesInMemory: values.volumesInMemory ?? 'auto',
    concurrency: values.concurrency ?? 4,
    keepsUnfinished: values.keepUnfinished ?? false,
    onKernelDeath: values.onKernelDeath ?? 'wipe',
    downloads: values.downloads ?? 3,
    encryptions: values.encryptions ?? 2,
    uploads: values.uploads ?? 3,
    diskBudgetBytes: values.diskBudget ?? null,
    requestsPerSecond: values.requestsPerSecond ?? 0,
    maxDownloadBytesPerSecond: values.maxDownloadSpeed ?? 0,
    maxUploadBytesPerSecond: values.maxUploadSpeed ?? 0,
    allowFtp: values.allowFtp ?? false,
    loopbackOnly: values.loopbackOnly ?? false,
    isManagedColab: isManagedColab(variables),
    searchPath: variables['PATH'] ?? '',
    rclone: rcloneConfig(values, variables),
    locale: values.locale ?? languageOf(variables),
    notices,
    pipeline: {
      compression: values.compression ?? 'auto',
      volumeBytes: values.volumeSize ?? 64 * MIB,
      verify: values.verify ?? 'hash',
      addressPolicy: values.addressPolicy ?? 'any',
      stallSeconds: values.stallSeconds ?? 300,
      seed:
        seedRatio > 0 || seedMinutes > 0
          ? { ...(seedRatio > 0 ? { ratio: seedRatio } : {}), ...(seedMinutes > 0 ? { minutes: seedMinutes } : {}) }
          : null,
    },
    secrets: [
      ...(values.rcloneConfigPassword === undefined ? [] : [values.rcloneConfigPassword]),
      ...notices.channels.flatMap((channel) => channel.secrets),
    ],
    notes,
  }
}

/** What a `.env` file says, nothing where it cannot be read. */
function legible(path: string | undefined): Readonly<Record<string, string>> {
  try {
    return filled(readEnvFile(path).variables)
  } catch {
    return {}
  }
}

/** Of the system's messages, by POSIX's order of precedence. */
function languageOf(variables: Readonly<Record<string, string>>): Locale {
  const language = variables['LC_ALL'] ?? variables['LC_MESSAGES'] ?? variables['LANG'] ?? ''
  return language.startsWith('pt') ? 'pt-BR' : 'en'
}

function isManagedColab(variables: Readonly<Record<string, string>>): boolean {
  return variables['COLAB_RELEASE_TAG'] !== undefined
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

function noticesConfig(values: Values, variables: Readonly<Record<string, string>>): NoticesConfig {
  const { notify = [], notifyEvery = 0, smtpHost, smtpUser = '', smtpPassword = '', mailFrom, mailTo } = values
  if (
    smtpHost === undefined &&
    [values.smtpUser, values.smtpPassword, mailFrom, mailTo].some((each) => each !== undefined)
  ) {
    throw invalid('smtpHost', 'Mail was set up without a server.', 'Set smtpHost (VAULTSTREAM_SMTP_HOST) as well.')
  }
  const mail = { host: smtpHost ?? '', user: smtpUser, password: smtpPassword, from: mailFrom, to: mailTo }
  const state = resolve(expandHome(variables['XDG_STATE_HOME'] ?? '~/.local/state'))
  return {
    channels: channelsOf(notify, smtpHost === undefined ? null : mail),
    on: values.notifyOn ?? ['failure', 'done'],
    progressEveryMs: notifyEvery === 0 ? null : notifyEvery * 60_000,
    withNames: values.notifyNames ?? false,
    outbox: join(state, 'vaultstream', 'outbox'),
  }
}

/** A name that means nothing is most likely a slip: say so, and what was probably meant. */
function unknownNames(options: VaultOptions, variables: Readonly<Record<string, string>>): Note[] {
  const known = new Set<string>([...Object.keys(SETTINGS), 'envFile'])
  const knownVariables = new Set<string>([...Object.values(SETTINGS).map(({ variable }) => variable), HANDOVER])
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
