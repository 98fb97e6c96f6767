import type { Quantity } from './clause.ts'
import { type ClauseWords, mistake, peek, type Vocabulary, type Word } from './clause-words.ts'
import { didYouMean } from './did-you-mean.ts'
import type { Metric } from './metrics.ts'

export interface ParsedQuantity {
  readonly quantity: Quantity
  readonly metric: Metric
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

  const { variants, metrics } = vocabulary
  const named = variants.includes(first.text)
  const rest = named ? words.slice(1) : words
  if (rest.length === 0)
    throw mistake(clause, `which metric of \`${first.text}\`? For example \`${first.text} fps\``, first)
  const to = rest.findIndex(({ text }) => text === 'to')
  const name = joined(to === -1 ? rest : rest.slice(0, to))
  const metric = metrics.find(metric => metric.name === name)
  if (metric === undefined) throw unknownName(clause, words, named, vocabulary)

  const span = { metric, first, last }
  if (metric.kind === 'gap') {
    const reference = to === -1 ? undefined : gapReference(clause, rest, to, variants)
    if (named && reference === undefined)
      throw mistake(clause, `to which variant? \`${joined(words)} to fp32\` compares with fp32`, first, last)
    if (!named && reference !== undefined)
      throw mistake(clause, `of which variant? \`explicit ${joined(words)}\` is that of explicit`, first, last)
    if (named && first.text === reference)
      throw mistake(clause, 'the gap of a variant to itself is always 0', first, last)
    const missing = ['implicit', 'explicit'].find(variant => !variants.includes(variant))
    if (!named && missing !== undefined) {
      const why = `means the gap between \`implicit\` and \`explicit\`, and there is no variant \`${missing}\``
      throw mistake(clause, `\`${name}\` ${why}; write \`A ${name} to B\``, first, last)
    }
    return { quantity: { metric: name, ...(reference && { variant: first.text, reference }) }, ...span }
  }

  if (to !== -1) throw mistake(clause, `\`${name}\` has no \`to\`; only \`accuracy gap\` has`, rest[to], last)
  const variant = named ? first.text : variants.length === 1 ? variants[0] : undefined
  if (variant === undefined) {
    const choices = variants.map(variant => `\`${variant} ${name}\``).join(', ')
    throw mistake(clause, `of which variant? One of ${choices || 'none: there are no variants'}`, first, last)
  }
  return { quantity: { metric: name, variant }, ...span }
}

function takeUntilStop(clause: ClauseWords): readonly Word[] {
  const start = clause.next
  while (clause.next < clause.words.length && !/^([<>=≤≥]+|within)$/.test(peek(clause)!.text)) clause.next++
  return clause.words.slice(start, clause.next)
}

function gapReference(
  clause: ClauseWords,
  rest: readonly Word[],
  to: number,
  variants: readonly string[],
): string {
  const [reference, extra] = rest.slice(to + 1)
  if (reference === undefined) throw mistake(clause, 'expected a variant after `to`', rest[to])
  if (!variants.includes(reference.text)) {
    const hint = didYouMean(reference.text, variants)
    throw mistake(clause, `unknown variant \`${reference.text}\`${hint}`, reference)
  }
  if (extra !== undefined) throw mistake(clause, `unexpected \`${extra.text}\``, extra, rest.at(-1))
  return reference.text
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
  const others_ = joined(others)
  const variantIsWrong =
    !named && (names.includes(others_) || others_.startsWith('accuracy gap to ') || isNear(first!.text, variants))
  if (variantIsWrong) {
    const hint = didYouMean(first!.text, variants)
    return mistake(clause, `unknown variant \`${first!.text}\`${hint}`, first)
  }
  const wrong = named ? others : words
  const metric = joined(wrong)
  return mistake(clause, `unknown metric \`${metric}\`${didYouMean(metric, names)}`, wrong[0], wrong.at(-1))
}

function isNear(word: string, names: readonly string[]): boolean {
  return didYouMean(word, names).includes('did you mean')
}

function joined(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ')
}
