import { parse } from 'dotenv'
import { VaultError } from './errors.ts'

/** What a .env file says, and what in it is worth a word. */
export interface EnvFile {
  readonly variables: Readonly<Record<string, string>>
  readonly warnings: readonly { readonly message: string; readonly hint: string }[]
}

const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/

/**
 * Parses the text of a .env file; nothing in it is ever evaluated or expanded. Takes a byte order mark, CRLF and
 * `export`; of a name given twice the last counts, with a warning.
 * @throws VaultError ENV_FILE_INVALID with the line, for a quote that is never closed or a line that assigns nothing
 * @see https://github.com/motdotla/dotenv (18.0)
 */
export function parseEnvFile(text: string): EnvFile {
  const clean = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const seen = new Map<string, number>()
  const warnings: { message: string; hint: string }[] = []
  const lines = clean.split('\n')
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    if (/^\s*(#|$)/.test(line)) continue
    const [, name, value] = ASSIGNMENT.exec(line) ?? []
    if (name === undefined || value === undefined) throw refusal(index + 1, 'it is not of the form NAME=value')
    const earlier = seen.get(name)
    if (earlier !== undefined) {
      warnings.push({
        message: `${name} stands twice in the .env file, in lines ${String(earlier)} and ${String(index + 1)}; the last counts.`,
        hint: 'Remove the one you do not mean.',
      })
    }
    seen.set(name, index + 1)
    index = endOfValue(value, lines, index)
  }
  return { variables: parse(clean), warnings }
}

/** A quoted value may span lines: finds the line its quote closes in. */
function endOfValue(value: string, lines: readonly string[], start: number): number {
  const quote = /^["'`]/.exec(value)?.[0]
  if (quote === undefined) return start
  const isClosed = (text: string): boolean => new RegExp(`(^|[^\\\\])${quote}`).test(text)
  if (isClosed(value.slice(1)) || value.slice(1).startsWith(quote)) return start
  const end = lines.findIndex((line, index) => index > start && isClosed(line))
  if (end === -1) throw refusal(start + 1, 'its quote is never closed')
  return end
}

function refusal(line: number, why: string): VaultError {
  return new VaultError('ENV_FILE_INVALID', `Line ${String(line)} of the .env file cannot be read: ${why}.`, {
    stage: 'setup',
    field: `line ${String(line)}`,
    hint: 'Write NAME=value, one a line, with quotes closed on the same line.',
  })
}
