import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CaseRecord } from './model.ts'

/** Every repeat that was measured, the last of each where one was measured again; empty without a file. */
export async function readRecords(path: string): Promise<CaseRecord[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
  return parseRecords(text)
}

export async function appendRecord(path: string, record: CaseRecord): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  // In front as well: the last line may have been cut off when the machine stopped.
  await appendFile(path, `\n${JSON.stringify(record)}\n`)
}

/** JSON lines; what is none is left out. Of the same repeat of a case at the same scale the last one counts. */
export function parseRecords(text: string): CaseRecord[] {
  const records = text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as CaseRecord]
    } catch {
      return []
    }
  })
  const keyed = records.map((record) => [`${record.case} ${String(record.scale)} ${String(record.repeat)}`, record])
  return [...new Map(keyed as [string, CaseRecord][]).values()]
}
