/**
 * `npm run notebooks`: writes every notebook in every language, each from its one source in scripts/notebooks/.
 * With `--check` it writes nothing and fails when one of them differs.
 */
import { keepMade } from './made.ts'
import { LANGUAGES } from './notebooks/cells.ts'
import { colab } from './notebooks/colab.ts'
import { toIpynb } from './notebooks/ipynb.ts'
import { many } from './notebooks/many.ts'
import { quickstart } from './notebooks/quickstart.ts'
import { restore } from './notebooks/restore.ts'
import { steps } from './notebooks/steps.ts'

const made = [quickstart, steps, restore, many, colab].flatMap((source) =>
  LANGUAGES.map((language) => ({
    path: `notebooks/${source.name}${language === 'en' ? '' : `.${language}`}.ipynb`,
    text: toIpynb(source, language),
  })),
)
keepMade(made, 'npm run notebooks')
