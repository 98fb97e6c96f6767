import { stripVTControlCharacters } from 'node:util'

/**
 * Whether a line of a page, or something like it, is among what was printed: other numbers, another verdict and other spaces are the
 * same line, colours do not count, and `…` stands for anything.
 */
export function isPrinted(line: string, printed: string): boolean {
  return new RegExp(patternOf(line.trim()), 'u').test(stripVTControlCharacters(printed))
}

/** What differs from run to run, and what it may be instead. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/…/y, '.*'],
  [/\d+ (?:passed|failed)\b/y, '[\\d a-z|]*(?:passed|failed)'],
  // A unit follows its number, and a number may be below zero.
  [/-?\d[\d.,]*(?: (?:ms|s|µs|kB|MB)\b)?/y, '-?\\d[\\d.,]*(?: (?:ms|s|µs|kB|MB)\\b)?'],
  [/(?:upheld|violated|inconclusive)\b/y, '(?:upheld|violated|inconclusive)'],
  [/[✓✗×?] /y, '[✓✗×?] '],
  [/ +/y, ' +'],
]

function patternOf(line: string): string {
  let pattern = ''
  for (let at = 0; at < line.length; ) {
    const found = varying.flatMap(([expression, instead]) => {
      expression.lastIndex = at
      const [text] = expression.exec(line) ?? []
      return text === undefined ? [] : [{ text, instead }]
    })[0]
    const text = found?.text ?? line[at]!
    pattern += found?.instead ?? text.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
    at += text.length
  }
  return pattern
}
