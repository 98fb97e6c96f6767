import { didYouMean } from '../did-you-mean.ts'
import { InputError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import type { BuildSpec } from './build-spec.ts'
import type { ExplicitVariant, ImplicitVariant, NoneVariant, Variant } from './variant.ts'

type Words<T> = Readonly<Record<keyof T, true>>

const specWords: Words<BuildSpec> = {
  model: true,
  variants: true,
  calibration: true,
  evaluation: true,
  target: true,
  metrics: true,
  decode: true,
  seed: true,
  budgetSeconds: true,
  precision: true,
  tolerance: true,
  alpha: true,
  buildSeconds: true,
  pace: true,
}

const none: Words<NoneVariant> = { quantization: true, model: true, target: true }

const implicit: Words<ImplicitVariant> = {
  quantization: true,
  calibration: true,
  maxAccuracyDrop: true,
  engines: true,
  buildTime: true,
  outputError: true,
  cache: true,
  exclude: true,
  include: true,
  target: true,
}

const explicit: Words<ExplicitVariant> = {
  quantization: true,
  model: true,
  placement: true,
  trials: true,
  buildTime: true,
  maxAccuracyDrop: true,
  like: true,
  calibration: true,
  outputError: true,
  exclude: true,
  include: true,
  target: true,
}

const variantWords: Readonly<Record<Variant['quantization'], object>> = { none, implicit, explicit }

/**
 * Checks what somebody gives to `buildEngines`: JavaScript has no types that would say it.
 *
 * @throws InputError with a line for each mistake
 */
export function checkSpec(spec: unknown): asserts spec is BuildSpec {
  const takes = 'takes an object with `model` and `variants`'
  if (!isRecord(spec))
    throw new InputError(`buildEngines: ${takes}, got ${spec === null ? 'null' : typeof spec}`)
  const { model, variants } = spec
  const mistakes = unknownWords(spec, specWords, 'buildEngines')
  if (typeof model !== 'string' || model === '')
    mistakes.push('buildEngines: `model` must be the path of the float ONNX model')
  if (!isRecord(variants)) {
    mistakes.push(
      "buildEngines: `variants` must be an object with a recipe for each engine, e.g. { fp32: { quantization: 'none' } }",
    )
  } else if (Object.keys(variants).length === 0) {
    mistakes.push('buildEngines: there are no variants: name at least one')
  } else {
    mistakes.push(...Object.entries(variants).flatMap(([name, recipe]) => variantMistakes(recipe, name)))
  }
  if (mistakes.length > 0) throw new InputError(mistakes)
}

function variantMistakes(recipe: unknown, name: string): string[] {
  const where = `buildEngines: variant \`${name}\``
  if (!isRecord(recipe)) return [`${where} must be an object, e.g. { quantization: 'implicit' }`]
  const { quantization } = recipe
  const known = Object.keys(variantWords)
  const word = typeof quantization === 'string' ? quantization : ''
  if (!known.includes(word)) {
    const problem = word === '' ? 'missing' : `\`${word}\``
    return [`${where}: \`quantization\` is ${problem}${didYouMean(word, known)}`]
  }
  return unknownWords(recipe, variantWords[word as Variant['quantization']], where)
}

function unknownWords(given: Readonly<Record<string, unknown>>, words: object, where: string): string[] {
  return Object.keys(given)
    .filter(word => given[word] !== undefined && !Object.hasOwn(words, word))
    .map(word => `${where}: unknown option \`${word}\`${didYouMean(word, Object.keys(words))}`)
}
