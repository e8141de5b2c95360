import { stripVTControlCharacters } from 'node:util'

/** Stands where something was that must not act: a control character, a change of writing direction. */
const REPLACEMENT = '\uFFFD'
const MAX_LENGTH = 500

/**
 * Any text as one harmless line: no control characters, no ANSI escape sequences, no changes of writing direction,
 * no invisible format characters (joiners, which scripts and emoji need, stay), no lone surrogates, no line breaks.
 * Longer texts are cut at `maxLength` characters. Idempotent.
 */
export function inertText(text: string, maxLength = MAX_LENGTH): string {
  // Cut first: the work is bounded, whatever a tracker sends.
  const line = stripVTControlCharacters(text.slice(0, maxLength * 4).toWellFormed())
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    // Direction marks only nudge neighbours and occur in honest names; overrides, embeddings and isolates can disguise.
    .replace(/[\u202A-\u202E\u2066-\u2069]|\p{Cc}/gu, REPLACEMENT)
    .replace(/(?![\u200C\u200D])\p{Cf}/gu, '')
    // Stacks of combining marks would cover the lines above and below.
    .replace(/(\p{M}{4})\p{M}+/gu, '$1')
  const characters = [...line]
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : line
}

/**
 * Any text as the content of an HTML element, inert in HTML and in Jupyter's typesetting: `$` and `\` stand in
 * elements of their own, because MathJax reads decoded text but never across elements. Not for attributes.
 * @see https://docs.mathjax.org/en/latest/input/tex/delimiters.html
 */
export function escapeHtml(text: string): string {
  return inertText(text)
    .replace(/[&<>"'`]/g, (character) => `&#${String(character.charCodeAt(0))};`)
    .replace(/[$\\]/g, '<span>$&</span>')
}
