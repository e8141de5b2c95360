import { createInterface } from 'node:readline'
import { VaultError } from '../errors.ts'
import { countOf } from './aria2-transfer.ts'

/** What aria2's log (level `info`) tells about the search for peers. */
export interface Search {
  /** Announces that a tracker answered with a peer list, maybe an empty one. */
  readonly answers: number
  /** Addresses of peers that were tried. */
  readonly peersTried: number
  /** Why trackers did not answer, in aria2's words, each once. */
  readonly refusals: readonly string[]
}

/**
 * Reads aria2's log while it runs. It has no RPC for what trackers say.
 * @see DefaultBtAnnounce.cc, UDPTrackerClient.cc, PeerInitiateConnectionCommand.cc; lines seen on 1.36.0
 */
export function watchSearch(log: NodeJS.ReadableStream): () => Search {
  let answers = 0
  const peers = new Set<string>()
  const refusals = new Set<string>()
  createInterface({ input: log }).on('line', (line) => {
    const peer = /\[PeerInitiateConnectionCommand\.cc:\d+\].* Connecting to (\S+)/.exec(line)?.[1]
    if (peer !== undefined) peers.add(peer)
    if (
      /\[DefaultBtAnnounce\.cc:\d+\] (?:No peers6|No peer list|Peer list|Received peers)|UDPT received ANNOUNCE reply/.test(
        line,
      )
    )
      answers++
    const refusal = refusalIn(line)
    if (refusal !== undefined && refusals.size < 20) refusals.add(refusal)
  })
  return () => ({ answers, peersTried: peers.size, refusals: [...refusals] })
}

function refusalIn(line: string): string | undefined {
  const failure = /Tracker returned failure reason: (.*)$/.exec(line)?.[1]
  if (failure !== undefined) return `it says: ${failure.slice(0, 120)}`
  if (/errorCode=1 .*cause: Connection refused/.test(line)) return 'connection refused'
  if (line.includes('errorCode=2 Timeout')) return 'no answer in time'
  if (line.includes('errorCode=19 Failed to resolve')) return 'host name unknown'
  if (line.includes('errorCode=25 Bencode')) return 'not a tracker’s answer'
  const status = /response status is not successful\. status=(\d+)/.exec(line)?.[1]
  if (status !== undefined) return `HTTP ${status}`
  if (line.includes('udp is not supported yet')) return 'UDP trackers need the DHT, which is off'
  return undefined
}

/** Why a magnet's metadata did not come, and what to do about it. */
export function deadMagnet(search: Search, trackerCount: number, connectedPeers: number): VaultError {
  const { message, hint } = diagnose(search, trackerCount, connectedPeers)
  return new VaultError('MAGNET_DEAD', message, { stage: 'download', hint, retryable: true })
}

function diagnose(search: Search, trackerCount: number, connectedPeers: number): { message: string; hint: string } {
  if (connectedPeers > 0) {
    return {
      message: `The magnet gives no metadata: ${countOf(connectedPeers, 'peer')} connected, but none of them sends it.`,
      hint: 'Use the .torrent file instead of the magnet, or try again later when a seeder is online.',
    }
  }
  if (search.peersTried > 0) {
    return {
      message: `The magnet gives no metadata: ${countOf(search.peersTried, 'peer')} known, but none of them accepts a connection.`,
      hint: 'Try again later, add trackers, or use the .torrent file.',
    }
  }
  if (search.answers > 0) {
    return {
      message: 'The magnet gives no metadata: its trackers answer, but know no peers.',
      hint: 'Nobody shares it at the moment. Try again later, or add other trackers.',
    }
  }
  if (trackerCount === 0) {
    return {
      message: 'The magnet gives no metadata: it names no trackers, and nobody was found without one.',
      hint: 'Add trackers to the magnet (`&tr=`), or use the .torrent file.',
    }
  }
  const reasons = search.refusals.length === 0 ? '' : ` (${search.refusals.slice(0, 3).join('; ')})`
  const trackers =
    trackerCount === 1 ? 'its tracker does not answer' : `none of its ${String(trackerCount)} trackers answers`
  return {
    message: `The magnet gives no metadata: ${trackers}${reasons}.`,
    hint: 'Check your network, add other trackers to the magnet (`&tr=`), or use the .torrent file.',
  }
}
