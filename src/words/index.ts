import { english, type Words } from './english.ts'
import type { Locale } from './numbers.ts'
import { portuguese } from './portuguese.ts'

export { english, type Words } from './english.ts'
export { LOCALES, type Locale } from './numbers.ts'

/** What is said in a language: handed to renderers as a value. */
export function wordsIn(locale: Locale): Words {
  return locale === 'en' ? english : portuguese
}
