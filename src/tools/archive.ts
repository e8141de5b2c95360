import type { Secret } from '../redact.ts'

/** A 7-Zip that was found and judged good enough to encrypt with. */
export interface SevenZip {
  readonly program: string
  /** `26.02` */
  readonly version: string
  /**
   * Writes an encrypted 7z archive (AES-256, names too) and yields its volumes in order, each once it is final:
   * today when 7-Zip has ended well, later while it goes on. Works under a temporary name; a failed or
   * aborted run leaves nothing behind. An older archive of the same name is replaced.
   * @throws VaultError ENCRYPT_FAILED, DISK_FULL, PASSPHRASE_INVALID, CANCELLED
   */
  create(request: CreateRequest): AsyncIterable<VolumeFile>
  /**
   * Reads the whole archive and checks every CRC. `archive` is the first volume or a plain .7z.
   * @throws VaultError PASSPHRASE_WRONG, VOLUME_MISSING, ARCHIVE_DAMAGED, CANCELLED
   */
  test(archive: string, passphrase: Secret, signal?: AbortSignal): Promise<void>
  /** What is inside, in the archive's order. @throws VaultError as {@link SevenZip.test} */
  list(archive: string, passphrase: Secret, signal?: AbortSignal): Promise<ArchiveEntry[]>
  /**
   * Extracts into an existing empty folder. An archive that holds links or devices is refused before anything is
   * written; what is in the folder after a failure is worth nothing.
   * @throws VaultError ARCHIVE_MISMATCH, DISK_FULL and those of {@link SevenZip.test}
   */
  extract(request: ExtractRequest): Promise<void>
  /**
   * Proof that names are hidden: listing without the passphrase must fail.
   * @throws VaultError ARCHIVE_READABLE when it does not, VOLUME_MISSING, ARCHIVE_DAMAGED, CANCELLED
   */
  assertLocked(archive: string, signal?: AbortSignal): Promise<void>
}

export interface VolumeFile {
  /** 1-based: `.001` is 1. */
  readonly number: number
  readonly path: string
  readonly sizeBytes: number
}

export interface CreateRequest {
  /** Absolute, ends in `.7z`; volumes get `.001`, `.002`, ... */
  readonly archive: string
  /** Absolute; `files` are relative to it. */
  readonly folder: string
  /** Regular files only, as they shall be named in the archive; never in argv. No control characters. */
  readonly files: readonly string[]
  readonly passphrase: Secret
  /** `auto` compresses when a sample of the data says it pays. */
  readonly compression: 'store' | 'auto' | 'fast'
  readonly volumeBytes: number
  readonly signal?: AbortSignal | undefined
  /** Gets fractions from 0 to 1, never falling. */
  readonly onProgress?: ((fraction: number) => void) | undefined
}

export interface ExtractRequest {
  readonly archive: string
  readonly into: string
  readonly passphrase: Secret
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((fraction: number) => void) | undefined
}

export interface ArchiveEntry {
  readonly path: string
  readonly sizeBytes: number
  /** Upper-case hex, as 7-Zip prints it; null for empty files. */
  readonly crc32: string | null
  readonly isFolder: boolean
  /** A link, device or FIFO: VaultStream makes none. */
  readonly isSpecial: boolean
  readonly isEncrypted: boolean
}
