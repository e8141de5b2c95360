import type { Daemon } from './aria2-daemon.ts'
import { change, type Status, type Watch } from './aria2-transfer.ts'

/** Of the limit, what keeps the peers of one that has to wait: at its turn it is at full speed at once. */
const LEAST_SHARE = 1 / 16
/** Of the limit, left to those that come first, so that they can take more of it when their peers give more. */
const SPARE_SHARE = 1 / 10
/** So long one that came first is taken to need all of the limit: its peers have yet to be met. */
const BEGINNING_MS = 5_000

/** Torrents under way that share one limit, in the order in which they began. */
export interface Precedence {
  /** One more, behind the others. */
  join(): Turn
}

export interface Turn {
  /** Bytes a second that it may take, given what it takes now; null: as many as there are. */
  share(bytesPerSecond: number): number | null
  leave(): void
}

/**
 * Lets the torrent that began first have what it can take of a limit, the next what is left, and so on. Shared alike, all
 * would be whole at the same time: nothing could be encrypted and sent until then, and all would lie on the disk.
 */
export function precedence(limitBytesPerSecond: number): Precedence {
  const underWay = new Set<{ takes: number }>()
  return {
    join() {
      const own = { takes: limitBytesPerSecond }
      const beganAt = Date.now()
      underWay.add(own)
      return {
        share(bytesPerSecond) {
          own.takes = Date.now() - beganAt < BEGINNING_MS ? limitBytesPerSecond : bytesPerSecond
          const before = [...underWay].slice(0, Math.max(0, [...underWay].indexOf(own)))
          if (before.length === 0) return null
          const taken = before.reduce((sum, { takes }) => sum + takes, 0)
          return Math.max(LEAST_SHARE * limitBytesPerSecond, (1 - SPARE_SHARE) * limitBytesPerSecond - taken)
        },
        leave: () => underWay.delete(own),
      }
    },
  }
}

/** Keeps one torrent to its share; what it gives back to the swarm is nobody's business here. */
export function watchShare(daemon: Daemon, gid: string, turn: Turn): Watch {
  let told: number | null = null
  return {
    isHeld: () => false,
    async onLook({ status, seeder, downloadSpeed }: Status) {
      if (seeder === 'true') turn.leave()
      if (status === 'active') {
        const share = turn.share(Number(downloadSpeed))
        if (isOther(share, told)) {
          told = share
          await change(daemon, gid, { 'max-download-limit': String(Math.round(share ?? 0)) })
        }
      }
      return Infinity
    },
  }
}

/** Small differences are not worth a call. */
function isOther(share: number | null, told: number | null): boolean {
  if (share === null || told === null) return share !== told
  return Math.abs(share - told) > told / 10
}
