/** Asks two questions on the terminal it is started in, and writes the answers where only the test reads them: `asks FILE`. */
import { writeFileSync } from 'node:fs'
import { askLine } from '../../src/terminal/ask.tsx'
import { english } from '../../src/words/index.ts'

const [file = ''] = process.argv.slice(2)
const terminal = { stdin: process.stdin, stdout: process.stdout, signal: new AbortController().signal }
const answers: unknown[] = []
try {
  answers.push(await askLine({ text: 'First?', isSecret: true, words: english, ...terminal }))
  answers.push(await askLine({ text: 'Second?', isSecret: false, words: english, ...terminal }))
} catch (thrown) {
  answers.push(thrown)
}
writeFileSync(file, JSON.stringify(answers))
