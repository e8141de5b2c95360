/**
 * `npm run notebooks`: writes every notebook in every language, each from its one source in scripts/notebooks/.
 * With `--check` it writes nothing and fails when one of them differs.
 */
import { LOCALES } from '../src/words/index.ts'
import { keepMade } from './made.ts'
import { colab } from './notebooks/colab.ts'
import { toIpynb } from './notebooks/ipynb.ts'
import { many } from './notebooks/many.ts'
import { quickstart } from './notebooks/quickstart.ts'
import { restore } from './notebooks/restore.ts'
import { steps } from './notebooks/steps.ts'

const made = [quickstart, steps, restore, many, colab].flatMap((source) =>
  LOCALES.map((locale) => ({
    path: `notebooks/${source.name}${locale === 'en' ? '' : `.${locale}`}.ipynb`,
    text: toIpynb(source, locale),
  })),
)
keepMade(made, 'npm run notebooks')
