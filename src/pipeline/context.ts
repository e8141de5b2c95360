import type { Emit } from '../events.ts'
import type { Secret } from '../redact.ts'
import type { Aria2 } from '../tools/aria2.ts'
import type { Remote } from '../tools/rclone.ts'
import type { SevenZip } from '../tools/sevenzip.ts'
import type { VaultKeys } from './keys.ts'
import type { Workspace } from './workspace.ts'

/** What every step of an item's way may use. Made by the vault, the same for all items but for `item` and `signal`. */
export interface StepContext {
  /** The item's key in events and in the workspace. */
  readonly item: string
  readonly emit: Emit
  readonly signal?: AbortSignal | undefined
  /** Make a new copy even where a complete one is stored. */
  readonly again?: boolean
  readonly settings: PipelineSettings
  readonly workspace: Workspace
  readonly aria2: Aria2
  readonly sevenZip: SevenZip
  readonly remote: Remote
  readonly keys: VaultKeys
}

export interface PipelineSettings {
  readonly passphrase: Secret
  readonly compression: 'store' | 'auto' | 'fast'
  readonly volumeBytes: number
  /** Which addresses a link may lead to. */
  readonly addressPolicy: 'public' | 'any'
  readonly stallSeconds: number
  readonly seed: { readonly ratio?: number; readonly minutes?: number } | null
}
