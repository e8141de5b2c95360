import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import {
  createSourceFile,
  forEachChild,
  isShorthandPropertyAssignment,
  ScriptTarget,
  transpileModule,
  type Node,
} from 'typescript'
import { describe, expect, test } from 'vitest'
import { code, prose } from '../../../scripts/notebooks/cells.ts'
import { toIpynb } from '../../../scripts/notebooks/ipynb.ts'

const root = resolve(import.meta.dirname, '../../..')

interface Notebook {
  readonly cells: readonly { readonly cell_type: string; readonly id: string; readonly source: readonly string[] }[]
  readonly metadata: { readonly kernelspec: { readonly language: string } }
}

test('the notebooks are what their sources say', async () => {
  const run = promisify(execFile)
  await expect(run(process.execPath, [join(root, 'scripts/notebooks.ts'), '--check'])).resolves.toBeDefined()
})

describe.each(globSync('notebooks/*.pt-BR.ipynb', { cwd: root }))('%s', (path) => {
  const [portuguese, english] = [path, path.replace('.pt-BR', '')].map(
    (name) => JSON.parse(readFileSync(join(root, name), 'utf8')) as Notebook,
  )

  test('runs what the English one runs: they differ in prose and comments alone', () => {
    expect(portuguese && shapeOf(portuguese)).toEqual(english && shapeOf(english))
  })

  test('every paragraph of it is translated', () => {
    const paragraphs = (notebook?: Notebook): string[] => proseOf(notebook).split('\n\n')
    const left = new Set(paragraphs(english))
    // What is all code and symbols is the same in every language.
    const same = paragraphs(portuguese).filter(
      (paragraph) => left.has(paragraph) && !/^(`[^`]*`|```[^]*)$/.test(paragraph),
    )
    expect(same).toEqual([])
  })
})

test.each(globSync('notebooks/*.ipynb', { cwd: root }))(
  '%s has no shorthand property, which tslab misreads',
  (path) => {
    const { cells, metadata } = JSON.parse(readFileSync(join(root, path), 'utf8')) as Notebook
    const isTypeScript = metadata.kernelspec.language === 'typescript'
    const texts = cells.filter((cell) => isTypeScript && cell.cell_type === 'code').map(({ source }) => source.join(''))
    expect(texts.filter(hasShorthand)).toEqual([])
    expect(hasShorthand('f({ remote })')).toBe(true)
  },
)

test('a source gives one notebook for each language', () => {
  const source = {
    name: 'small',
    cells: [
      prose({ en: '# Books', 'pt-BR': '# Livros' }, 'aria2'),
      code`
        if (folder) {
          read(\`all\`)  // ${{ en: 'of it', 'pt-BR': 'tudo' }}
        }
      `,
      { ...code`#@title`, metadata: { cellView: 'form' } },
    ],
    metadata: { kernelspec: { name: 'python3' } },
  }

  expect(JSON.parse(toIpynb(source, 'pt-BR'))).toEqual({
    cells: [
      { cell_type: 'markdown', id: 'm00', metadata: {}, source: ['# Livros\n', '\n', 'aria2'] },
      {
        ...{ cell_type: 'code', id: 'c01', metadata: {}, execution_count: null, outputs: [] },
        source: ['if (folder) {\n', '  read(`all`)  // tudo\n', '}'],
      },
      {
        ...{ cell_type: 'code', id: 'c02', metadata: { cellView: 'form' }, execution_count: null, outputs: [] },
        source: ['#@title'],
      },
    ],
    metadata: { kernelspec: { name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 5,
  })
  expect(toIpynb(source, 'en')).toContain('of it')
})

/** What must not differ between translations: the cells, and their code without its comments. */
function shapeOf({ cells, metadata }: Notebook): object {
  const withoutComments = metadata.kernelspec.language === 'typescript' ? withoutTypeScriptComments : withoutHashes
  return {
    metadata,
    cells: cells.map(({ cell_type: kind, id, source }) => ({
      id,
      code: kind === 'code' ? withoutComments(source.join('')) : '',
    })),
  }
}

function hasShorthand(text: string): boolean {
  const visit = (node: Node): boolean => isShorthandPropertyAssignment(node) || (forEachChild(node, visit) ?? false)
  return visit(createSourceFile('cell.ts', text, ScriptTarget.ESNext))
}

function withoutTypeScriptComments(text: string): string {
  const compilerOptions = { removeComments: true, target: ScriptTarget.ESNext }
  return transpileModule(text, { compilerOptions }).outputText
}

function withoutHashes(text: string): string {
  return text.replace(/(?:^|\s+)#.*$/gm, '')
}

function proseOf(notebook?: Notebook): string {
  const cells = notebook?.cells.filter((cell) => cell.cell_type === 'markdown') ?? []
  return cells.map((cell) => cell.source.join('')).join('\n\n')
}
