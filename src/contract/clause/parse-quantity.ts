import { didYouMean, nearest } from '../../did-you-mean.ts'
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

/** Reads `[variant] metric [to W] [of 'output']`; `to` and `of` in either order. */
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

  const end = rest.findIndex(({ text }) => text === 'to' || text === 'of')
  const name = joined(end === -1 ? rest : rest.slice(0, end))
  const metric = vocabulary.metrics.find(metric => metric.name === name)
  if (metric === undefined) throw unknownName(clause, words, named, vocabulary)

  const variant = named ? first.text : undefined
  const added = end === -1 ? {} : readAdditions(clause, rest.slice(end), metric, vocabulary)
  const quantity = { metric: name, ...(variant && { variant }), ...added }
  const problem = metric.reference ? referenceProblem(quantity, metric, vocabulary.variants) : undefined
  if (problem !== undefined) throw mistake(clause, problem, first, last)
  if (metric.reference || variant !== undefined) return { quantity, metric, first, last }

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

/** Reads what follows the name of a metric: `to W`, `of 'output'`. */
function readAdditions(
  clause: ClauseWords,
  words: readonly Word[],
  metric: MetricWords,
  { variants, metrics }: Vocabulary,
): Pick<Quantity, 'reference' | 'output'> {
  let found: Pick<Quantity, 'reference' | 'output'> = {}
  const having = (has: (metric: MetricWords) => unknown) =>
    metrics
      .filter(has)
      .map(({ name }) => `\`${name}\``)
      .join(', ')
  for (let i = 0; i < words.length; i += 2) {
    const word = words[i]!
    const value = words[i + 1]
    if (word.text === 'to' && found.reference === undefined) {
      if (!metric.reference)
        throw mistake(
          clause,
          `\`${metric.name}\` has no \`to\`; it belongs to ${having(each => each.reference)}`,
          word,
          value,
        )
      found = { ...found, reference: readReference(clause, word, value, variants) }
    } else if (word.text === 'of' && found.output === undefined) {
      if (!metric.ofOutput)
        throw mistake(
          clause,
          `\`${metric.name}\` has no \`of\`; it belongs to ${having(each => each.ofOutput)}`,
          word,
          value,
        )
      found = { ...found, output: readOutput(clause, word, value) }
    } else throw mistake(clause, `unexpected \`${word.text}\``, word, words.at(-1))
  }
  return found
}

function readReference(
  clause: ClauseWords,
  to: Word,
  reference: Word | undefined,
  variants: readonly string[],
): string {
  if (reference === undefined) throw mistake(clause, 'expected a variant after `to`', to)
  if (variants.includes(reference.text)) return reference.text
  const hint = didYouMean(reference.text, variants)
  throw mistake(clause, `unknown variant \`${reference.text}\`${hint}`, reference)
}

/** Which outputs there are is known once the model is open: `output-error.ts` checks it. */
function readOutput(clause: ClauseWords, of: Word, output: Word | undefined): string {
  if (output === undefined) throw mistake(clause, "expected an output after `of`, for example `'scores'`", of)
  const quoted = /^(['"])(.+)\1$/.exec(output.text)
  if (quoted) return quoted[2]!
  throw mistake(clause, `an output stands in quotes: \`of '${output.text.replaceAll(/['"]/g, '')}'\``, output)
}

/** A gap is between two variants: those that the clause names, or else, if it may name none, implicit and explicit. */
function referenceProblem(
  { metric, variant, reference }: Quantity,
  { reference: naming }: MetricWords,
  variants: readonly string[],
): string | undefined {
  if (variant !== undefined && reference === undefined)
    return `to which variant? For example \`${variant} ${metric} to fp32\``
  if (variant === undefined && reference !== undefined)
    return `of which variant? For example \`explicit ${metric} to ${reference}\``
  if (variant !== undefined)
    return variant === reference ? `the ${metric} of a variant to itself says nothing` : undefined
  if (naming === 'required') return `is between two variants: write \`A ${metric} to B\``
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
  const endsInMetric = names.some(
    name =>
      joined(others) === name ||
      (/^ (to|of) /.test(joined(others).slice(name.length)) && joined(others).startsWith(name)),
  )
  if (!named && (endsInMetric || (others.length > 0 && nearest(first!.text, variants) !== undefined)))
    return mistake(clause, `unknown variant \`${first!.text}\`${didYouMean(first!.text, variants)}`, first)
  const rest = named ? others : words
  const end = rest.findIndex(({ text }) => text === 'to' || text === 'of')
  const wrong = end > 0 ? rest.slice(0, end) : rest
  const metric = joined(wrong)
  return mistake(clause, `unknown metric \`${metric}\`${didYouMean(metric, names)}`, wrong[0], wrong.at(-1))
}

function joined(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ')
}
