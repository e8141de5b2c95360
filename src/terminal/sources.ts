import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { VaultError } from '../errors.ts'

/** A list longer than this is refused by its judge; so much need not be read to know it. */
const MAX_BYTES = 256 * 1024 * 1024

/**
 * What is to be run: the sources of the command line, or a list from a file or from standard input, as one text whose lines
 * errors can name.
 * @throws VaultError SOURCE_EMPTY, CONFIG_INVALID when both are given, LIST_INVALID for one that cannot be read
 */
export async function readSources(
  given: readonly string[],
  file: string | undefined,
  { stdin }: { readonly stdin: Readable },
): Promise<string | readonly string[]> {
  const isPiped = given.length === 1 && given[0] === '-'
  if (file !== undefined && given.length > 0) throw unclear('Sources were given twice: as arguments and as a list.')
  if (!isPiped && given.includes('-')) throw unclear('Sources were given twice: as arguments and on standard input.')
  if (file === undefined && !isPiped) {
    if (given.length === 0) throw unclear('No source was given.')
    return given
  }
  const isStdin = isPiped || file === '-'
  try {
    return await text(isStdin ? stdin : createReadStream(file ?? '', { end: MAX_BYTES }))
  } catch (cause) {
    throw new VaultError('LIST_INVALID', `The list "${file ?? '-'}" could not be read.`, {
      stage: 'validate',
      field: 'file',
      hint: 'Check that it is a text file and that you may read it.',
      cause,
    })
  }
}

function unclear(message: string): VaultError {
  return new VaultError('SOURCE_EMPTY', message, {
    stage: 'validate',
    field: 'source',
    hint: 'Give sources as arguments, or one list: -f FILE, or - for standard input.',
  })
}
