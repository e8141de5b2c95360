import { counted } from '../counted.ts'
import type { ItemStage, RestorePhase, Stage } from '../events.ts'
import type {
  Current,
  DiskUse,
  Finding,
  FoundParcels,
  Notice,
  Outcome,
  Question,
  ScratchUse,
  WaitReason,
} from '../facts.ts'
import { hash } from './hash.ts'
import { numbersIn } from './numbers.ts'

const { bytes, share, speed, duration, ...numbers } = numbersIn('en')

/** Everything that views say, in English. Another language has the same entries, or it does not compile. */
export const english = {
  ...numbers,
  bytes,
  speed,
  duration,

  stages: {
    setup: 'setup',
    validate: 'validate',
    download: 'download',
    encrypt: 'encrypt',
    upload: 'upload',
    verify: 'verify',
    wipe: 'wipe',
    notify: 'notify',
    restore: 'restore',
  } satisfies Record<Stage, string>,
  phases: { fetch: 'fetch', extract: 'extract', compare: 'compare', move: 'move' } satisfies Record<
    RestorePhase,
    string
  >,
  /** Of a run, an item or a stage. */
  states: {
    ready: 'ready',
    waiting: 'waiting',
    running: 'running',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
    skipped: 'skipped',
  },
  paused: 'paused',
  /** `download done` */
  stateOf: (stage: ItemStage | 'restore', state: string) => `${stage} ${state}`,

  items: (amount: number) => counted(amount, 'item'),
  files: (amount: number) => counted(amount, 'file'),
  endedOf: (endedCount: number, itemCount: number) => `${String(endedCount)} of ${counted(itemCount, 'item')}`,
  /** `3 failed` */
  tally: (state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled', amount: number) =>
    `${String(amount)} ${state}`,
  /** What is not shown: `and 24 waiting, 3 done`. */
  folded: (tallies: readonly string[]) => `and ${tallies.join(', ')}`,
  moreWarnings: (amount: number) => `and ${counted(amount, 'more warning')}`,

  disk: ({ usedBytes, totalBytes }: DiskUse) => `disk ${share(usedBytes, totalBytes, 'of')}`,
  bytesOf: (doneBytes: number, totalBytes: number) => `${bytes(doneBytes)} of ${bytes(totalBytes)}`,
  eta: (clock: string) => `ETA ${clock}`,
  peers: (peers: number, seeders: number | undefined) =>
    counted(peers, 'peer') + (seeders === undefined ? '' : `, ${counted(seeders, 'seeder')}`),
  givenBack: (bytesPerSecond: number) => `up ${speed(bytesPerSecond)}`,
  /** The highest point of a plot. */
  peak: (bytesPerSecond: number) => `peak ${speed(bytesPerSecond)}`,
  speeds: (durationMs: number) => `Speeds over ${duration(durationMs)}`,

  waiting(reason: WaitReason): string {
    switch (reason.for) {
      case 'space':
        return `waiting for space: ${bytes(reason.neededBytes)} needed, ${share(reason.freeBytes, reason.totalBytes, 'of')} free`
      case 'metadata':
        return reason.peerCount === 0
          ? 'asking peers for the metadata'
          : `${counted(reason.peerCount, 'peer')}, asked for the metadata`
      case 'senders':
        return `${counted(reason.peerCount, 'peer')}, none of them sends`
      case 'pause':
        return english.paused
      case 'peers':
        return 'no peers yet'
      case 'server':
        return 'the server sends nothing'
      case 'check':
        return 'checking what is already here'
      case 'turn':
        return 'other downloads come first'
      case 'same-item':
        return 'the same item is under way: this one follows'
      case 'same-torrent':
        return 'the same torrent is on its way already: this one comes next'
    }
  },
  current(current: Exclude<Current, string>): string {
    switch (current.on) {
      case 'volume':
        return `volume ${String(current.number)}`
      case 'parcel':
        return `parcel ${String(current.number)} of ${String(current.count)}`
      case 'file':
        return `file ${String(current.number)} of ${String(current.count)}`
      case 'test':
        return `testing ${current.archive}`
      case 'wait':
        return english.waiting(current.reason)
    }
  },
  outcome(outcome: Outcome): string {
    switch (outcome.did) {
      case 'plan':
        return counted(outcome.fileCount, 'file')
      case 'wipe':
        return `${counted(outcome.fileCount, 'file')} removed`
      case 'fetch':
        return counted(outcome.fileCount, 'file') + (outcome.sizeBytes === null ? '' : `, ${bytes(outcome.sizeBytes)}`)
      case 'seal':
        return counted(outcome.volumeCount, 'volume')
      case 'send':
        return counted(outcome.volumeCount, 'object')
      case 'prove': {
        const how = outcome.proof === 'readback' ? 'every byte read back' : `by the remote's own ${hash(outcome.proof)}`
        return `${how}, level ${outcome.level}`
      }
      case 'audit':
        return outcome.problemCount === 0
          ? 'intact at the remote'
          : `${counted(outcome.problemCount, 'problem')} at the remote`
      case 'restore':
        return `${counted(outcome.fileCount, 'file')} in ${outcome.folder}, every byte compared`
      case 'nothing':
        return {
          'all-here': 'nothing is left to fetch',
          'all-stored': 'the remote holds a complete copy: nothing to do',
          'not-restored': 'nothing was written',
          'not-proven': 'not proven to the end',
        }[outcome.why]
    }
  },
  resumed({ storedCount, sealedCount, parcelCount }: FoundParcels): string {
    const found = [
      ...(storedCount === 0 ? [] : [`${String(storedCount)} at the remote`]),
      ...(sealedCount === 0 ? [] : [`${String(sealedCount)} encrypted here`]),
    ]
    return `goes on: ${found.join(' and ')} of ${counted(parcelCount, 'parcel')}`
  },

  /** The names of facts. */
  names: {
    content: 'Content',
    stored: 'Stored',
    where: 'Where',
    id: 'Item id',
    resumed: 'Resumed',
    proof: 'Proof',
    wiped: 'Wiped',
    problem: 'Problem',
    cure: 'What to do',
    code: 'Code',
    removed: 'Removed',
    when: 'When',
    remote: 'Remote',
    kernelEnds: 'When the kernel ends',
    level: 'Level',
    proven: 'Proven',
    how: 'How',
    more: 'And',
    what: 'What',
    found: 'Found',
    size: 'Size',
    files: 'Files',
  },
  storedAs: (sizeBytes: number, volumeCount: number | null) =>
    `${bytes(sizeBytes)}${volumeCount === null ? '' : ` in ${counted(volumeCount, 'volume')}`}, encrypted`,
  proof(proof: string, level: string | null): string {
    const at = level === null ? '' : ` (level ${level})`
    if (proof === 'earlier') return 'by the earlier run that stored it; all of it is still there'
    if (proof === 'readback') return `every byte was read back from the remote and compared${at}`
    return `the remote's own ${hash(proof)} of every volume is equal to ours${at}`
  },
  wiped: (isWiped: boolean): string =>
    isWiped ? 'yes, nothing of it is left in the workspace' : 'not yet, what was fetched is still in the workspace',
  wipedBriefly: 'wiped',

  opened: 'Vault open',
  scratch({ kind, fileSystem, volumesInMemory }: ScratchUse): string {
    const place = {
      plain: `plain folder on ${String(fileSystem)}`,
      encrypted: 'encrypted, key in memory only',
      memory: 'memory',
    }[kind]
    return place + (volumesInMemory ? '; volumes on their way in memory' : '')
  },
  /** What becomes of what is local. */
  kernelEnd: {
    wipe: 'all that is local is wiped; a rerun goes on from what is proven at the remote',
    keep: 'what is unfinished stays here for a rerun; tools and secrets go',
  },
  questions: {
    remote: 'Remote (name:path, or a folder)',
    passphrase: 'Passphrase',
    'passphrase-again': 'The same again',
  } satisfies Record<Question, string>,
  notice(notice: Notice): string {
    switch (notice.about) {
      case 'passphrase':
        return `A new passphrase was made and is kept in ${notice.path}. Copy it to a safe place: without it nothing in the vault can be opened.`
      case 'scratch':
        return `Plaintext lies here for a while as: ${english.scratch(notice.scratch)}. Nothing to do: it was asked for.`
      case 'swept':
        return `${counted(notice.count, 'folder')} that an ended session left behind went. Nothing to do: what was proven at the remote is there, the rest is fetched again.`
      case 'unfinished':
        return `${counted(notice.count, 'item')} of a run that was cut short can go on. Run the same source again to go on with it, or \`await vault.wipe()\` to remove what is here of it.`
    }
  },
  mayWorkLater: (code: string) => `${code} (the same call may work later)`,
  wipedWhole: 'Wiped: nothing of it is left in the workspace',
  wipedInPart: 'Wiped in part',
  removed: (fileCount: number, sizeBytes: number) =>
    fileCount === 0 ? 'nothing was left to remove' : `${counted(fileCount, 'file')}, ${bytes(sizeBytes)}`,
  intact: 'Intact at the remote',
  notIntact: 'Not intact at the remote',
  provenOf: (provenCount: number, volumeCount: number) => `${String(provenCount)} of ${counted(volumeCount, 'volume')}`,
  /** `3 volumes by the remote's own SHA-1, every byte of 1 volume read back, 1 archive tested by 7-Zip, listing compared` */
  provenBy(proven: Readonly<Partial<Record<string, number>>>, archiveCount: number): string {
    const parts = Object.entries(proven).map(([proof, volumeCount = 0]) =>
      proof === 'readback'
        ? `every byte of ${counted(volumeCount, 'volume')} read back`
        : `${counted(volumeCount, 'volume')} by the remote's own ${hash(proof)}`,
    )
    if (archiveCount > 0) parts.push(`${counted(archiveCount, 'archive')} tested by 7-Zip, listing compared`)
    return parts.length === 0 ? 'nothing could be proven' : parts.join(', ')
  },
  moreProblems: (amount: number) => `${String(amount)} more: the report has all`,
  finding(finding: Finding): string {
    switch (finding.is) {
      case 'version':
        return finding.isTooOld ? `${finding.version}, too old` : finding.version
      case 'remote':
        return `${finding.remote} answers${finding.freeBytes === null ? '' : `, ${bytes(finding.freeBytes)} free`}`
      case 'workspace':
        return `${finding.folder}, ${bytes(finding.freeBytes)} free (${english.scratch(finding.scratch)})`
      case 'missing':
        return 'not found'
      case 'broken':
        return 'does not work'
      case 'strong':
        return 'given, and strong'
    }
  },
  /** What is looked at, where it is not the name of a program. */
  checks: { remote: 'remote', workspace: 'workspace', passphrase: 'passphrase' } as Partial<Record<string, string>>,
  ready: 'Ready',
  notReady: 'Not ready yet',
  storedItems: 'Stored items',
  nothingStored: 'Nothing is stored here yet.',
  copies: { complete: 'complete', incomplete: 'incomplete', unreadable: 'unreadable' },
}

export type Words = typeof english
