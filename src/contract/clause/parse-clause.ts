import { didYouMean } from '../../did-you-mean.ts'
import { InputError } from '../../errors.ts'
import { kinds } from '../metrics/kinds.ts'
import { metrics } from '../metrics.ts'
import { boundMistake } from './bound-mistake.ts'
import type { Bound, Clause, Comparison, Tolerance } from './clause.ts'
import {
  type ClauseWords,
  type MetricWords,
  mistake,
  peek,
  splitClause,
  take,
  type Vocabulary,
} from './clause-words.ts'
import { parseAmount, toBaseUnit } from './parse-amount.ts'
import { type ParsedQuantity, parseQuantity } from './parse-quantity.ts'
import { toleranceMistake } from './tolerance-mistake.ts'

export interface ClauseNames {
  readonly variants: readonly string[]
  /** Names of the metrics that the user has added. */
  readonly metrics?: readonly string[]
}

const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ['>=', '>='],
  ['>', '>'],
  ['<=', '<='],
  ['<', '<'],
  ['≥', '>='],
  ['≤', '<='],
])

/** Longer than any clause, and short enough for a message that shows it. */
const mostCharacters = 1000

/**
 * Reads a clause: `<quantity> <comparison> <bound> [within <tolerance>]`.
 *
 * @throws InputError with carets under the words that are wrong and the nearest valid word.
 */
export function parseClause(source: string, names: ClauseNames): Clause {
  if (source.length > mostCharacters) {
    throw new InputError(
      `a clause of ${source.length} characters, which begins with \`${source.slice(0, 60)}\`: one has at most ${mostCharacters}`,
    )
  }
  const text = oneSpaced(source.trim())
  const clause = splitClause(text)
  const vocabulary: Vocabulary = { variants: names.variants, metrics: [...metrics, ...customMetrics(names)] }
  const left = parseQuantity(clause, vocabulary)
  const comparison = parseComparison(clause)
  const bound = parseBound(clause, vocabulary, left, comparison)
  const tolerance = take(clause, 'within')
    ? parseTolerance(clause, left.metric, { bound, comparison })
    : undefined
  const extra = peek(clause)
  if (extra !== undefined)
    throw mistake(clause, 'expected the end of the clause or `within`', extra, clause.words.at(-1))
  return { text, quantity: left.quantity, comparison, bound, ...(tolerance && { tolerance }) }
}

/** The text with single spaces, but for what is quoted: the name of an output stays as it is. */
export function oneSpaced(text: string): string {
  return text.replaceAll(/('[^']*'|"[^"]*")|\s+/g, (_, quoted?: string) => quoted ?? ' ')
}

function customMetrics({ metrics: added = [] }: ClauseNames): MetricWords[] {
  const taken = metrics.find(({ name }) => added.includes(name))
  if (taken !== undefined) throw new InputError(`the metric \`${taken.name}\` exists already: rename yours`)
  return added.map(name => ({ name, kind: kinds.custom }))
}

function parseComparison(clause: ClauseWords): Comparison {
  const word = peek(clause)
  const comparison = word && comparisons.get(word.text)
  if (comparison === undefined) {
    const signs = [...comparisons.keys()]
    const hint = word && /[<>=]/.test(word.text) ? didYouMean(word.text, signs) : ''
    throw mistake(clause, `expected a comparison: \`>=\`, \`>\`, \`<=\` or \`<\`${hint}`, word)
  }
  clause.next++
  return comparison
}

function parseBound(
  clause: ClauseWords,
  vocabulary: Vocabulary,
  left: ParsedQuantity,
  comparison: Comparison,
): Bound {
  if (isBaseline(clause)) return baselineBound(clause, left, 1)
  // A variant may be called `8bit`: only what is no name can be a number.
  const isName = vocabulary.variants.includes(peek(clause)?.text ?? '')
  const amount = isName ? undefined : parseAmount(clause)
  if (amount === undefined) return quantityBound(clause, vocabulary, left, 1)

  const isShare = amount.unit === '%' && take(clause, 'of')
  const factor = isShare ? amount.number / 100 : amount.number
  if (isShare || amount.unit === 'x' || amount.unit === '×') {
    if (factor <= 0) throw mistake(clause, 'a factor is above 0', amount.first, amount.last)
    return isBaseline(clause)
      ? baselineBound(clause, left, factor)
      : quantityBound(clause, vocabulary, left, factor)
  }
  const [value, { text }] = [toBaseUnit(clause, amount, left.metric), amount]
  // A tolerance moves it.
  const problem = peek(clause) ? undefined : boundMistake(left.metric.kind, { value, text, comparison })
  if (problem !== undefined) throw mistake(clause, problem, amount.first, amount.last)
  return { kind: 'value', value, text }
}

function isBaseline(clause: ClauseWords): boolean {
  return peek(clause)?.text === 'baseline'
}

/** What the same quantity was when it was stored. */
function baselineBound(clause: ClauseWords, { quantity, metric }: ParsedQuantity, factor: number): Bound {
  const word = peek(clause)
  take(clause, 'baseline')
  if (metric.reference && quantity.variant === undefined) {
    const example = `explicit ${metric.name} to implicit`
    throw mistake(clause, `a gap in both directions has no baseline: name its variants, \`${example}\``, word)
  }
  // One build says nothing of the next: noise would be called a regression.
  if (metric.kind === kinds.duration)
    throw mistake(clause, `\`${metric.name}\` is known of one build alone: compare it with a number`, word)
  return { kind: 'baseline', factor }
}

function quantityBound(
  clause: ClauseWords,
  vocabulary: Vocabulary,
  left: ParsedQuantity,
  factor: number,
): Bound {
  const { quantity, metric, first, last } = parseQuantity(clause, vocabulary)
  const comparable =
    metric.kind === kinds.custom ? metric.name === left.metric.name : metric.kind === left.metric.kind
  if (!comparable) {
    const is = ({ name, kind }: MetricWords) => `\`${name}\` is ${kind.noun}`
    throw mistake(clause, `${is(metric)} and ${is(left.metric)}: they cannot be compared`, first, last)
  }
  // Bytes on disk and bytes in memory are not one figure either.
  if (metric.kind !== kinds.accuracy && metric.name !== left.metric.name)
    throw mistake(
      clause,
      `engines are compared by one metric: write \`${left.metric.name}\` here`,
      first,
      last,
    )
  if (JSON.stringify(quantity) === JSON.stringify(left.quantity))
    throw mistake(clause, 'a quantity is compared with itself', first, last)
  return { kind: 'quantity', factor, quantity }
}

/** Speeds of two engines are compared as a ratio, never as a difference. */
function isSpeed({ kind }: MetricWords): boolean {
  return kind === kinds.throughput || kind === kinds.latency
}

function parseTolerance(
  clause: ClauseWords,
  metric: MetricWords,
  { bound, comparison }: { readonly bound: Bound; readonly comparison: Comparison },
): Tolerance {
  const amount = parseAmount(clause)
  if (amount === undefined)
    throw mistake(clause, 'expected a tolerance after `within`, for example `2%`', peek(clause))
  const { number, unit, text, first, last } = amount
  if (number < 0) throw mistake(clause, 'a tolerance is never below 0', first, last)
  if (unit === '%' && metric.kind.percent === 'relative') {
    if (number >= 100) throw mistake(clause, 'a tolerance of 100% or more accepts everything', first, last)
    return { kind: 'relative', value: number / 100, text }
  }
  if (isSpeed(metric) && bound.kind === 'quantity')
    throw mistake(clause, 'engines are compared by a ratio: its tolerance is a percentage, `2%`', first, last)
  const value = toBaseUnit(clause, amount, metric)
  const problem = toleranceMistake(metric.kind, { bound, comparison, tolerance: value })
  if (problem !== undefined) throw mistake(clause, problem, first, last)
  return { kind: 'absolute', value, text }
}
