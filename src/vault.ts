import { inspect } from 'node:util'
import prettyMs from 'pretty-ms'
import { loadConfig, type Config, type VaultOptions } from './config.ts'
import { VaultError, toVaultError, type ErrorInfo } from './errors.ts'
import type { Emit, RunStatus, VaultEvent } from './events.ts'
import { catalogue, type StoredItem } from './pipeline/catalogue.ts'
import type { StepContext } from './pipeline/context.ts'
import { NOTHING, runItem, summarize, type ItemOutcome } from './pipeline/index.ts'
import type { Receipt } from './pipeline/model.ts'
import { restore, type Restored } from './pipeline/restore.ts'
import { takeStep, type Step, type StepState } from './pipeline/steps.ts'
import { diagnose } from './diagnosis.ts'
import { Redactor } from './redact.ts'
import { openSession, type Session } from './session.ts'
import { describeSource, parseList, parseSource, type Source } from './source/index.ts'
import type { Check } from './tools/doctor.ts'

/** What a front end does for a vault: shows what happens, and tells when the user wants to stop. */
export interface Presenter {
  /** Opens a place to show one call in; called in the call's synchronous part, so that it belongs to its cell. */
  open(): PresentedCall
  /** Calls back when the user interrupts; returns how to stop listening. */
  onInterrupt(interrupted: () => void): () => void
}

/** Where one call is shown. Nothing here throws. */
export interface PresentedCall {
  handle(event: VaultEvent): void
  /** Adds a result below what is shown already. */
  show(shown: Shown): void
  close(): Promise<void>
}

/** Results that are shown as a table or a card. */
export type Shown =
  | { readonly kind: 'opened'; readonly remote: string; readonly notes: readonly Note[] }
  | { readonly kind: 'doctor'; readonly checks: readonly Check[] }
  | { readonly kind: 'list'; readonly items: readonly StoredItem[] }
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'error'; readonly error: ErrorInfo }

/** Something worth knowing, and what to do about it. */
export interface Note {
  readonly message: string
  readonly hint: string
}

export interface RunOptions {
  /** Stops the run; what is proven at the remote stays. */
  readonly signal?: AbortSignal | undefined
}

/** How a run ended. Printing it gives one line. */
export interface RunReport {
  /** `done` when every item is; `failed` when one is not. */
  readonly status: RunStatus
  readonly durationMs: number
  readonly items: readonly ItemReport[]
}

export interface ItemReport {
  readonly status: RunStatus
  /** The item id, by which it is listed and restored; null when its metadata was never learnt. */
  readonly id: string | null
  readonly label: string
  readonly sizeBytes: number | null
  readonly fileCount: number | null
  readonly volumeCount: number | null
  /** The item's folder at the remote. */
  readonly remotePath: string | null
  /** In words, how the remote copy was proven. */
  readonly proof: string | null
  /** True when a complete copy was at the remote before. */
  readonly isReused: boolean
  readonly receipt: Receipt | null
  readonly error: ErrorInfo | null
}

/** How a step ended; a step that fails throws. Printing it gives one line. */
export interface StepReport {
  readonly step: Step
  /** The item id. */
  readonly id: string
  readonly label: string
  readonly detail: string
  /** After `wipe`. */
  readonly receipt: Receipt | null
}

/** One source, taken step by step. Each step shows its own progress, and may be run again safely. */
export interface VaultItem {
  /** Known after the first step. */
  readonly id: string | null
  /** Learns what the source holds and fetches it. */
  download(): Promise<StepReport>
  /** Makes the encrypted volumes and tests them. */
  encrypt(): Promise<StepReport>
  /** Copies the volumes to the remote. */
  upload(): Promise<StepReport>
  /** Proves every volume at the remote and publishes the manifest. */
  verify(): Promise<StepReport>
  /** Removes the local traces. */
  wipe(): Promise<StepReport>
}

/** How a later verification of a stored item ended. */
export interface VerifyReport {
  readonly id: string
  readonly isIntact: boolean
  readonly volumeCount: number
  /** Every volume that is missing or damaged, by name. */
  readonly problems: readonly ErrorInfo[]
}

/** What an open vault can do. Calls may overlap; each shows itself in a place of its own. */
export interface Vault {
  /** Where archives go, as it was given. */
  readonly remote: string
  /**
   * Takes one or many sources all the way: magnets, .torrent files or links, one a line, `#` starts a comment.
   * @throws VaultError for input or configuration that cannot work, before anything is fetched; afterwards it resolves
   * @returns a report also when items failed: see its `status`
   */
  run(sources: string | readonly string[], options?: RunOptions): Promise<RunReport>
  /**
   * One source, to be taken step by step.
   * @throws VaultError when the source cannot be one
   */
  item(source: string): VaultItem
  /** What the remote holds. */
  list(): Promise<readonly StoredItem[]>
  /** Proves a stored item again, volume by volume. */
  verify(id: string): Promise<VerifyReport>
  /**
   * Brings a stored item back into a folder that does not exist yet, every byte checked.
   * @throws VaultError ITEM_UNKNOWN, RESTORE_TARGET, VOLUME_MISSING, VOLUME_DAMAGED, RESTORE_MISMATCH, ...
   */
  restore(id: string, folder: string): Promise<Restored>
  /** Removes every local trace of this vault's work, proven or not, and says what went. The remote is not touched. */
  wipe(): Promise<Receipt>
  /** Looks at tools, remote, passphrase and disk; changes nothing. */
  doctor(): Promise<readonly Check[]>
  /** Ends the tools and wipes. The vault may be used again. */
  close(): Promise<void>
}

/**
 * Opens a vault with a front end to show itself in.
 * @throws VaultError PLATFORM_UNSUPPORTED, CONFIG_INVALID, ENV_FILE_INVALID, REMOTE_MISSING, PASSPHRASE_*, WORKSPACE_FAILED
 */
export async function openVaultWith(options: VaultOptions, presenter: Presenter): Promise<Vault> {
  const view = presenter.open()
  try {
    assertPlatform()
    const config = await loadConfig(options)
    const redactor = new Redactor()
    for (const secret of config.secrets) redactor.add(secret)
    const vault = new OpenVault(config, redactor, presenter)
    view.show({ kind: 'opened', remote: config.remote, notes: [...config.notes, ...(await vault.start())] })
    return vault
  } catch (thrown) {
    const error = presentable(toVaultError(thrown, 'setup'))
    view.show({ kind: 'error', error: error.toJSON() })
    throw error
  } finally {
    await view.close()
  }
}

function assertPlatform(): void {
  if (process.platform === 'linux') return
  throw new VaultError('PLATFORM_UNSUPPORTED', `VaultStream runs on Linux, not on ${process.platform}.`, {
    stage: 'setup',
    hint: 'On Windows use WSL; on a Mac use a Linux container or a virtual machine.',
  })
}

/** A notebook prints the stack: the sentence and its cure serve a user better than our frames. */
function presentable(error: VaultError): VaultError {
  error.stack = `VaultError [${error.code}]: ${error.message}\n${error.hint}`
  return error
}

/** What one call works with. */
interface Call {
  readonly emit: Emit
  readonly signal: AbortSignal
  readonly show: (shown: Shown) => void
}

class OpenVault implements Vault {
  readonly remote: string
  readonly #config: Config
  readonly #redactor: Redactor
  readonly #presenter: Presenter
  #session: Promise<Session> | undefined
  #itemCount = 0

  constructor(config: Config, redactor: Redactor, presenter: Presenter) {
    this.remote = config.remote
    this.#config = config
    this.#redactor = redactor
    this.#presenter = presenter
  }

  run(sources: string | readonly string[], options: RunOptions = {}): Promise<RunReport> {
    return this.#shown(options.signal, async ({ emit, signal }) => {
      const { accepted, refused } = this.#parse(sources)
      const startedAt = performance.now()
      emit({ type: 'run.started', itemCount: accepted.length + refused.length })
      const queue = accepted.map((source) => ({ source, item: this.#newItem(source, emit) }))
      const items = refused.map((error) => this.#refusedItem(error, emit))
      const base = await this.#context({ emit, signal })
      const work = async (): Promise<void> => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const outcome = await runItem(next.source, { ...base, item: next.item })
          items.push(itemReport(outcome, this.remote, describeSource(next.source)))
        }
      }
      await Promise.all(Array.from({ length: this.#config.concurrency }, work))
      const status = items.find((item) => item.status !== 'done')?.status ?? 'done'
      const durationMs = performance.now() - startedAt
      emit({ type: 'run.ended', status, durationMs })
      return readable<RunReport>({ status, durationMs, items }, runLine)
    })
  }

  item(text: string): VaultItem {
    const source = this.#judge(parseSource(text, this.#config))
    const key = this.#nextKey()
    let state: StepState = {}
    const take = (step: Step): Promise<StepReport> =>
      this.#shown(undefined, async ({ emit, signal }) => {
        emit({ type: 'item.added', item: key, label: state.plan?.label ?? describeSource(source) })
        let detail = 'was done before'
        const listen: Emit = (event) => {
          if (event.type === 'stage.ended' && event.stage === step) detail = event.detail
          emit(event)
        }
        const context = await this.#context({ emit: listen, signal })
        try {
          state = await takeStep(step, source, state, { ...context, item: key })
        } catch (thrown) {
          const error = toVaultError(thrown, step)
          emit({
            type: 'stage.failed',
            item: key,
            stage: error.stage === 'validate' ? 'validate' : step,
            error: error.toJSON(),
          })
          throw error
        }
        if (state.stored !== undefined) detail = 'the remote holds a complete copy: nothing to do'
        return readable<StepReport>(
          { step, id: state.plan?.id ?? '', label: state.plan?.label ?? '', detail, receipt: state.receipt ?? null },
          (done) => `${done.step}: ${done.detail}`,
        )
      })
    return {
      get id() {
        return state.plan?.id ?? null
      },
      download: () => take('download'),
      encrypt: () => take('encrypt'),
      upload: () => take('upload'),
      verify: () => take('verify'),
      wipe: () => take('wipe'),
    }
  }

  list(): Promise<readonly StoredItem[]> {
    return this.#shown(undefined, async (call) => {
      const items = await catalogue(await this.#context(call)).list()
      call.show({ kind: 'list', items })
      return readable(items, (all) => `${String(all.length)} ${all.length === 1 ? 'item' : 'items'} stored`)
    })
  }

  verify(id: string): Promise<VerifyReport> {
    return this.#shown(undefined, async (call) => {
      const stored = await catalogue(await this.#context(call)).prove(id)
      return readable<VerifyReport>({ id, isIntact: stored.problems.length === 0, ...stored }, (proven) =>
        proven.isIntact
          ? `${String(proven.volumeCount)} of ${String(proven.volumeCount)} volumes proven`
          : `NOT intact: ${proven.problems.map((problem) => problem.message).join(' ')}`,
      )
    })
  }

  restore(id: string, folder: string): Promise<Restored> {
    return this.#shown(undefined, async (call) => {
      const { emit } = call
      const context = await this.#context(call)
      try {
        const restored = await restore(await catalogue(context).get(id), folder, context)
        const detail = `${String(restored.fileCount)} files in ${restored.folder}, every byte compared`
        emit({ type: 'restore.ended', id, status: 'done', detail })
        return readable<Restored>(restored, () => detail)
      } catch (thrown) {
        const error = toVaultError(thrown, 'restore')
        emit({ type: 'restore.ended', id, status: 'failed', detail: error.message, error: error.toJSON() })
        throw error
      }
    })
  }

  wipe(): Promise<Receipt> {
    return this.#shown(undefined, async ({ show }) => {
      const session = await this.#open()
      this.#session = undefined
      const receipt = await session.end()
      show({ kind: 'receipt', receipt })
      return readable<Receipt>(receipt, (done) =>
        done.isComplete ? `wiped: ${String(done.fileCount)} files` : `NOT wiped whole: ${done.notes.join(' ')}`,
      )
    })
  }

  doctor(): Promise<readonly Check[]> {
    return this.#shown(undefined, async ({ show }) => {
      const checks = await diagnose(this.#config, () => this.#open())
      show({ kind: 'doctor', checks })
      return readable<readonly Check[]>(checks, (all) => {
        const failed = all.filter((check) => check.status === 'failed')
        return failed.length === 0 ? 'ready' : `not ready: ${failed.map((check) => check.name).join(', ')}`
      })
    })
  }

  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined)
    this.#session = undefined
    await session?.end()
  }

  /** Makes the workspace, sweeping what dead sessions left; says what was swept. */
  async start(): Promise<Note[]> {
    const { workspace } = await this.#open()
    if (workspace.swept.length === 0) return []
    return [
      {
        message: `${String(workspace.swept.length)} folders that an ended session left behind were removed.`,
        hint: 'Nothing to do: what was proven at the remote is there, the rest is fetched again.',
      },
    ]
  }

  /** Runs one call with a view of its own, stopping at the user's interrupt; whatever it throws is shown and typed. */
  async #shown<T>(outer: AbortSignal | undefined, work: (call: Call) => Promise<T>): Promise<T> {
    const view = this.#presenter.open()
    const controller = new AbortController()
    const signal = outer === undefined ? controller.signal : AbortSignal.any([outer, controller.signal])
    const stopListening = this.#presenter.onInterrupt(() => {
      controller.abort()
    })
    const told = { isError: false }
    const emit: Emit = (event) => {
      told.isError ||= event.type === 'stage.failed' || event.type === 'restore.ended'
      view.handle(this.#redactor.redactDeep({ ...event, at: Date.now() }))
    }
    try {
      return await work({
        emit,
        signal,
        show: (shown) => {
          view.show(shown)
        },
      })
    } catch (thrown) {
      const error = toVaultError(thrown, 'setup')
      error.message = this.#redactor.redact(error.message)
      if (!told.isError) view.show({ kind: 'error', error: error.toJSON() })
      throw presentable(error)
    } finally {
      stopListening()
      await view.close()
    }
  }

  #open(): Promise<Session> {
    this.#session ??= openSession(this.#config, this.#redactor)
    return this.#session
  }

  /** What steps need, without an item yet. */
  async #context({ emit, signal }: Pick<Call, 'emit' | 'signal'>): Promise<StepContext> {
    const session = await this.#open()
    return { item: '', emit, signal, settings: this.#config.pipeline, ...(await session.equip(signal)) }
  }

  #parse(sources: string | readonly string[]): { accepted: Source[]; refused: VaultError[] } {
    const text = (typeof sources === 'string' ? sources : sources.join('\n')).trim()
    // A single source is refused by its own field, not by a line number.
    if (!text.includes('\n') && !text.startsWith('#'))
      return { accepted: [this.#judge(parseSource(text, this.#config))], refused: [] }
    const { sources: parsed, errors } = parseList(text, this.#config)
    const accepted: Source[] = []
    const refused = [...errors]
    for (const { source } of parsed) {
      try {
        accepted.push(this.#judge(source))
      } catch (thrown) {
        refused.push(toVaultError(thrown, 'validate'))
      }
    }
    const [first] = refused
    if (accepted.length === 0 && first !== undefined) throw first
    return { accepted, refused }
  }

  /** Google forbids BitTorrent on every managed Colab runtime; VaultStream keeps that rule. */
  #judge(source: Source): Source {
    if (!this.#config.isManagedColab || source.kind === 'link') return source
    throw new VaultError(
      'POLICY_REFUSED',
      "Torrents are refused on managed Colab runtimes: Google's rules forbid them there.",
      {
        stage: 'validate',
        field: 'source',
        hint: 'Use http links here; run torrents in a local Jupyter, on a VPS or in Docker.',
      },
    )
  }

  #newItem(source: Source, emit: Emit): string {
    const item = this.#nextKey()
    emit({ type: 'item.added', item, label: describeSource(source) })
    return item
  }

  #nextKey(): string {
    this.#itemCount += 1
    return `i${String(this.#itemCount)}`
  }

  /** A line of a list that cannot be a source: it fails by itself, the others go on. */
  #refusedItem(error: VaultError, emit: Emit): ItemReport {
    const item = this.#nextKey()
    const outcome: ItemOutcome = { ...NOTHING, status: 'failed', error: error.toJSON() }
    const label = error.field ?? 'source'
    emit({ type: 'item.added', item, label })
    emit({ type: 'stage.failed', item, stage: 'validate', error: error.toJSON() })
    emit({ type: 'item.ended', item, status: 'failed', summary: { ...summarize(outcome, this.remote), label } })
    return itemReport(outcome, this.remote, label)
  }
}

function itemReport(outcome: ItemOutcome, remote: string, fallbackLabel: string): ItemReport {
  const { id, label, sizeBytes, fileCount, volumeCount, remotePath, proof } = summarize(outcome, remote)
  const { status, isReused, receipt, error } = outcome
  return {
    status,
    id,
    label: label === '' ? fallbackLabel : label,
    sizeBytes,
    fileCount,
    volumeCount,
    remotePath,
    proof,
    isReused,
    receipt,
    error,
  }
}

/** Makes a report print as one line in a cell or a REPL; its fields stay as they are. */
function readable<T extends object>(report: T, line: (report: T) => string): T {
  return Object.defineProperty(report, inspect.custom, { value: () => line(report) })
}

function runLine({ status, items, durationMs }: RunReport): string {
  const done = items.filter((item) => item.status === 'done').length
  return `${status}: ${String(done)} of ${String(items.length)} ${items.length === 1 ? 'item' : 'items'} stored and proven in ${prettyMs(durationMs)}`
}
