import { expect, it } from 'vitest'
import { parseTorrent, selectFiles } from '../../../src/source/index.ts'
import { multiFile } from '../../support/bencode.ts'
import { refusalOf } from '../../support/refusal.ts'

const torrent = parseTorrent(
  multiFile([{ path: ['a'] }, { path: ['.pad', '1'], attr: 'p' }, { path: ['b'] }, { path: ['c'] }]),
)

it.each([
  [null, ['content/a', 'content/b', 'content/c']],
  [[0], ['content/a']],
  [
    [2, 3],
    ['content/b', 'content/c'],
  ],
  [
    [3, 0, 3],
    ['content/a', 'content/c'],
  ],
  [[0, 1], ['content/a']],
])('%j selects %j', (selection, paths) => {
  expect(selectFiles(torrent, selection).map(({ path }) => path)).toEqual(paths)
})

it.each([[[4]], [[0, 99_999]], [[-1]], [[1]], [[]]])('%j is refused', (selection) => {
  const error = refusalOf(() => selectFiles(torrent, selection))
  expect(error).toMatchObject({ code: 'TORRENT_SELECTION', field: 'so' })
})
