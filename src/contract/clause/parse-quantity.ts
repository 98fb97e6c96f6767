import { didYouMean, nearest } from '../../did-you-mean.ts'
import { kinds } from '../metrics/kinds.ts'
import type { Quantity } from './clause.ts'
import {
  type ClauseWords,
  type MetricWords,
  mistake,
  peek,
  type Vocabulary,
  type Word,
} from './clause-words.ts'

export interface ParsedQuantity {
  readonly quantity: Quantity
  readonly metric: MetricWords
  readonly first: Word
  readonly last: Word
}

/** Reads `[variant] metric`, `accuracy gap` or `V accuracy gap to W`. */
export function parseQuantity(clause: ClauseWords, vocabulary: Vocabulary): ParsedQuantity {
  const words = takeUntilStop(clause)
  const [first] = words
  const last = words.at(-1)
  if (first === undefined || last === undefined)
    throw mistake(clause, 'expected a quantity such as `implicit fps`', peek(clause))

  const named = vocabulary.variants.includes(first.text)
  const rest = named ? words.slice(1) : words
  if (rest.length === 0)
    throw mistake(clause, `which metric of \`${first.text}\`? For example \`${first.text} fps\``, first)

  const to = rest.findIndex(({ text }) => text === 'to')
  const name = joined(to === -1 ? rest : rest.slice(0, to))
  const metric = vocabulary.metrics.find(metric => metric.name === name)
  if (metric === undefined) throw unknownName(clause, words, named, vocabulary)

  const variant = named ? first.text : undefined
  const reference = to === -1 ? undefined : readReference(clause, rest.slice(to), vocabulary.variants)
  const quantity = { metric: name, ...(variant && { variant }), ...(reference && { reference }) }
  const problem =
    metric.kind === kinds.gap
      ? gapProblem(quantity, vocabulary.variants)
      : reference === undefined
        ? undefined
        : `\`${name}\` has no \`to\`; only \`accuracy gap\` has`
  if (problem !== undefined) throw mistake(clause, problem, first, last)
  if (metric.kind === kinds.gap || variant !== undefined) return { quantity, metric, first, last }

  const [only, ...others] = vocabulary.variants
  if (only !== undefined && others.length === 0)
    return { quantity: { ...quantity, variant: only }, metric, first, last }
  const choices = vocabulary.variants.map(variant => `\`${variant} ${name}\``).join(', ')
  throw mistake(clause, `of which variant? One of ${choices}`, first, last)
}

function takeUntilStop(clause: ClauseWords): readonly Word[] {
  const start = clause.next
  while (clause.next < clause.words.length && !/^([<>=≤≥]+|within)$/.test(peek(clause)!.text)) clause.next++
  return clause.words.slice(start, clause.next)
}

/** Reads `to W`. */
function readReference(clause: ClauseWords, words: readonly Word[], variants: readonly string[]): string {
  const [to, reference, extra] = words
  if (reference === undefined) throw mistake(clause, 'expected a variant after `to`', to)
  if (!variants.includes(reference.text)) {
    const hint = didYouMean(reference.text, variants)
    throw mistake(clause, `unknown variant \`${reference.text}\`${hint}`, reference)
  }
  if (extra !== undefined) throw mistake(clause, `unexpected \`${extra.text}\``, extra, words.at(-1))
  return reference.text
}

/** A gap is between two variants: those that the clause names, or else implicit and explicit. */
function gapProblem({ metric, variant, reference }: Quantity, variants: readonly string[]) {
  if (variant !== undefined && reference === undefined)
    return `to which variant? For example \`${variant} ${metric} to fp32\``
  if (variant === undefined && reference !== undefined)
    return `of which variant? For example \`explicit ${metric} to ${reference}\``
  if (variant !== undefined)
    return variant === reference ? 'the gap of a variant to itself is always 0' : undefined
  const missing = ['implicit', 'explicit'].find(name => !variants.includes(name))
  if (missing === undefined) return undefined
  return `is between implicit and explicit, and there is no variant \`${missing}\`; write \`A ${metric} to B\``
}

/** Decides which of the words is wrong: the variant, where the others are a metric, otherwise the metric. */
function unknownName(
  clause: ClauseWords,
  words: readonly Word[],
  named: boolean,
  { variants, metrics }: Vocabulary,
) {
  const names = metrics.map(({ name }) => name)
  const [first, ...others] = words
  const endsInMetric = names.some(name => joined(others) === name || joined(others).startsWith(`${name} to `))
  if (!named && (endsInMetric || (others.length > 0 && nearest(first!.text, variants) !== undefined)))
    return mistake(clause, `unknown variant \`${first!.text}\`${didYouMean(first!.text, variants)}`, first)
  const wrong = named ? others : words
  const metric = joined(wrong)
  return mistake(clause, `unknown metric \`${metric}\`${didYouMean(metric, names)}`, wrong[0], wrong.at(-1))
}

function joined(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ')
}
