import { join } from 'node:path'
import { ROOT } from '../environment.ts'

const FIXTURES = join(ROOT, 'node_modules', 'webtorrent-fixtures', 'fixtures')

/** The content of the example: two works in the public domain, as npm's webtorrent-fixtures 2.0.3 carries them. */
export const BOOKS = [
  { source: join(FIXTURES, 'alice.txt'), name: "Alice's Adventures in Wonderland by Lewis Carroll.txt" },
  { source: join(FIXTURES, 'Leaves of Grass by Walt Whitman.epub'), name: 'Leaves of Grass by Walt Whitman.epub' },
] as const
