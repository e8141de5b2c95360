import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Every record of a file of JSON lines, the last of each key where there are several; empty without a file. */
export async function readRecords<T>(path: string, keyOf: (record: T) => string): Promise<T[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
  return parseRecords(text, keyOf)
}

export async function appendRecord(path: string, record: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  // In front as well: the last line may have been cut off when the machine stopped.
  await appendFile(path, `\n${JSON.stringify(record)}\n`)
}

/** JSON lines; what is none is left out. Of the same key the last one counts. */
export function parseRecords<T>(text: string, keyOf: (record: T) => string): T[] {
  const records = text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as T]
    } catch {
      return []
    }
  })
  return [...new Map(records.map((record) => [keyOf(record), record])).values()]
}
