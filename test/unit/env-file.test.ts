import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEnvFile } from '../../src/env-file.ts'
import { VaultError } from '../../src/errors.ts'

test('a byte order mark, CRLF, export, comments and quotes', () => {
  const { variables, warnings } = parseEnvFile('\uFEFF# mine\r\nexport A=1\r\nB="two words"\r\nC=\'$HOME\'\r\n')
  expect(variables).toEqual({ A: '1', B: 'two words', C: '$HOME' })
  expect(warnings).toEqual([])
})

test('nothing is evaluated or expanded', () => {
  expect(parseEnvFile('A=$(touch /tmp/owned)\nB=${A}\nC=`id`x').variables).toMatchObject({
    A: '$(touch /tmp/owned)',
    B: '${A}',
  })
})

test('a name given twice is warned of with both lines; the last counts', () => {
  const { variables, warnings } = parseEnvFile('A=1\n\nA=2\n')
  expect(variables).toEqual({ A: '2' })
  expect(warnings).toHaveLength(1)
  expect(warnings[0]?.message).toContain('lines 1 and 3')
})

test.each([
  ['A="never closed\nB=1', 'line 1'],
  ["OK=1\nB='open", 'line 2'],
  ['just words', 'line 1'],
])('%j is refused, naming the line', (text, field) => {
  expect(() => parseEnvFile(text)).toThrow(expect.objectContaining({ code: 'ENV_FILE_INVALID', field }))
})

test('a quoted value may span lines', () => {
  expect(parseEnvFile('A="one\ntwo"\nB=3').variables).toEqual({ A: 'one\ntwo', B: '3' })
})

test('whatever the text, it parses or is refused as a VaultError', () => {
  fc.assert(
    fc.property(
      fc.string({
        maxLength: 200,
        unit: fc.constantFrom('A', '=', '"', "'", '`', ' ', '\n', '\r', '#', '$', '(', '\\', '\uFEFF'),
      }),
      (text) => {
        try {
          parseEnvFile(text)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(VaultError)
        }
      },
    ),
    { numRuns: Number(process.env['VAULTSTREAM_FC_RUNS'] ?? 1_000) },
  )
})
