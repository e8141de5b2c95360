// The part of these untyped packages that the tests use.
declare module 'create-torrent' {
  interface CreateTorrentOptions {
    name?: string
    pieceLength?: number
    private?: boolean
    announce?: readonly string[]
    urlList?: readonly string[]
    createdBy?: string
    filterJunkFiles?: boolean
  }
  /** A blob's `fullPath` is its place in the torrent, the torrent's own name first. */
  export default function createTorrent(
    input: readonly (Blob & { fullPath?: string })[],
    options: CreateTorrentOptions,
    done: (error: Error | null, torrent: Uint8Array) => void,
  ): void
}

declare module 'bittorrent-tracker/server' {
  import type { EventEmitter } from 'node:events'
  import type { Server as HttpServer } from 'node:http'
  export default class Server extends EventEmitter {
    constructor(options: { http?: boolean; udp?: boolean; ws?: boolean; stats?: boolean; interval?: number })
    readonly http: HttpServer
    readonly torrents: Readonly<Record<string, { readonly complete: number; readonly incomplete: number } | undefined>>
    listen(port: number, hostname: string, ready: () => void): void
    close(done: () => void): void
  }
}

declare module 'parse-torrent' {
  interface ParsedTorrent {
    infoHash: string
    name: string
    /** Bytes. */
    length: number
    files: readonly { path: string; length: number; offset: number }[]
  }
  export default function parseTorrent(torrent: Uint8Array): Promise<ParsedTorrent>
}
