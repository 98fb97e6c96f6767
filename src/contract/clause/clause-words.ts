import { InputError } from '../../errors.ts'
import type { Metric } from '../metrics/metric.ts'

export interface Word {
  readonly text: string
  /** Offsets in the text of the clause. */
  readonly start: number
  readonly end: number
}

/** The words of one clause and how far they have been read. */
export interface ClauseWords {
  readonly text: string
  readonly words: readonly Word[]
  next: number
}

/** What has to be known of a metric to read a clause about it. */
export type MetricWords = Pick<Metric, 'name' | 'kind' | 'reference' | 'ofOutput'>

/** The names that a clause may use. */
export interface Vocabulary {
  readonly variants: readonly string[]
  readonly metrics: readonly MetricWords[]
}

/** Splits a clause, its whitespace normalised already, at spaces and around comparison signs. What is quoted is one word. */
export function splitClause(text: string): ClauseWords {
  const words = Array.from(text.matchAll(/'[^']*'|"[^"]*"|[<>=≤≥]+|[^\s<>=≤≥]+/g), ({ 0: word, index }) => ({
    text: word,
    start: index,
    end: index + word.length,
  }))
  return { text, words, next: 0 }
}

export function peek(clause: ClauseWords): Word | undefined {
  return clause.words[clause.next]
}

/** Reads the next word if it is `text`. */
export function take(clause: ClauseWords, text: string): boolean {
  if (peek(clause)?.text !== text) return false
  clause.next++
  return true
}

/**
 * The error for a mistake in a clause, with carets under the words that are wrong: from `first` to `last`, or after
 * the end of the clause where something is missing there.
 */
export function mistake(clause: ClauseWords, message: string, first?: Word, last = first): InputError {
  const start = first?.start ?? clause.text.length + 1
  const end = last?.end ?? start + 1
  const carets = ' '.repeat(start) + '^'.repeat(end - start)
  return new InputError(['mistake in a clause:', `  ${clause.text}`, `  ${carets} ${message}`])
}
