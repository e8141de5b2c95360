/** What {@link bencode} takes; `Raw` goes in as it is, for values no encoder would write. */
export type Encodable = number | string | Uint8Array | Raw | readonly Encodable[] | Dictionary

export interface Dictionary {
  readonly [key: string]: Encodable
}

export class Raw {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A plain bencoder that writes keys in the order they come in and checks nothing. */
export function bencode(value: Encodable): Buffer {
  if (typeof value === 'number') return Buffer.from(`i${String(value)}e`)
  if (typeof value === 'string') return bencode(Buffer.from(value))
  if (value instanceof Raw) return Buffer.from(value.text, 'latin1')
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`${String(value.length)}:`), value])
  if (isList(value)) return Buffer.concat([Buffer.from('l'), ...value.map(bencode), Buffer.from('e')])
  const entries = Object.entries(value).flatMap(([key, each]) => [bencode(key), bencode(each)])
  return Buffer.concat([Buffer.from('d'), ...entries, Buffer.from('e')])
}

function isList(value: Encodable): value is readonly Encodable[] {
  return Array.isArray(value)
}

/** The bytes of a .torrent with this info dictionary, name and piece length given. */
export function torrentOf(info: Dictionary, rest: Dictionary = {}): Buffer {
  return bencode({ ...rest, info: { name: 'content', 'piece length': 16_384, ...info } })
}

/** A torrent of one file of 20,000 bytes in two pieces, changed where `info` says so. */
export function singleFile(info: Dictionary = {}): Buffer {
  return torrentOf({ length: 20_000, pieces: Buffer.alloc(40, 7), ...info })
}

/** A torrent of these files; each path is a list of names, `length` is 1 unless given. */
export function multiFile(
  files: readonly (Dictionary & { readonly length?: number })[],
  info: Dictionary = {},
): Buffer {
  const listed = files.map((file) => ({ length: 1, ...file }))
  const size = listed.reduce((sum, { length }) => sum + length, 0)
  return torrentOf({ files: listed, pieces: info.pieces ?? Buffer.alloc(20 * Math.ceil(size / 16_384)), ...info })
}
