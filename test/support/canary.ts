import { readFile } from 'node:fs/promises'
import { filesIn } from './swarm.ts'

/** Every file below a folder that holds or bears one of the words, in the spellings in which they travel. */
export async function leaks(folder: string, words: readonly string[]): Promise<string[]> {
  const spellings = words.flatMap((word) => [
    Buffer.from(word),
    Buffer.from(word, 'utf16le'),
    Buffer.from(Buffer.from(word).toString('base64')),
  ])
  const found: string[] = []
  for (const path of await filesIn(folder)) {
    const content = await readFile(path)
    if (spellings.some((spelling) => content.includes(spelling) || Buffer.from(path).includes(spelling)))
      found.push(path)
  }
  return found
}
