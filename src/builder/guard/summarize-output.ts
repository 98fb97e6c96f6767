import { median } from 'simple-statistics'
import { outputError } from '../../accuracy/output-error.ts'
import type { NumericArray } from '../../data/ndarray.ts'
import type { OutputSummary } from './output-errors.ts'

/** Values of one output in one sample: numbers, or integers that mean what they say. */
export interface OutputValues {
  readonly isFloat: boolean
  readonly shape: readonly number[]
  readonly data: NumericArray
}

/** One output of one sample in float and in INT8; undefined if INT8 does not give it. */
export interface OutputPair {
  readonly reference: OutputValues
  readonly output: OutputValues | undefined
}

/** JSON has no infinities, and float32 itself has 150 dB. */
const limit = 200

/** How far an output is from float, over samples. */
export function summarizeOutput(name: string, pairs: readonly OutputPair[]): OutputSummary {
  const alike = pairs.filter(({ reference, output }) => output?.data.length === reference.data.length)
  const unlike = pairs.length - alike.length
  const figures = pairs.every(({ reference }) => reference.isFloat)
    ? floatFigures(alike.map(({ reference, output }) => [floats(reference), floats(output!)] as const))
    : integerFigures(alike.map(({ reference, output }) => [reference.data, output!.data] as const))
  const notNumbers = pairs.filter(({ reference }) => reference.isFloat && hasNaN(floats(reference))).length
  return { name, ...figures, ...(notNumbers > 0 && { notNumbers }), ...(unlike > 0 && { unlike }) }
}

const equal = {
  sqnr: { median: limit, worst: limit, overall: limit },
  cosine: { median: 1, worst: 1 },
}

type FloatFigures = Pick<OutputSummary, 'sqnr' | 'cosine' | 'silent'>

function floatFigures(pairs: readonly (readonly [Floats, Floats])[]): FloatFigures {
  let [signal, noise, silent] = [0, 0, 0]
  const sqnrs: number[] = []
  const cosines: number[] = []
  for (const [reference, output] of pairs) {
    const own = energyOf(reference)
    const error = outputError(reference, output)
    signal += own
    if (own === 0 && Number.isFinite(error.maxError)) {
      silent++
      noise += energyOf(output)
      continue
    }
    noise += own > 0 ? own / 10 ** (error.sqnr / 10) : Infinity
    sqnrs.push(limited(error.sqnr))
    cosines.push(error.cosine)
  }
  // Zeros and infinities in the same places.
  if (pairs.length > 0 && sqnrs.length === 0 && noise === 0) return equal
  const counted = silent > 0 ? { silent } : {}
  if (sqnrs.length === 0) return counted
  return {
    sqnr: {
      median: median(sqnrs),
      worst: Math.min(...sqnrs),
      overall: limited(10 * Math.log10(signal / noise)),
    },
    cosine: { median: median(cosines), worst: Math.min(...cosines) },
    ...counted,
  }
}

function integerFigures(
  pairs: readonly (readonly [NumericArray, NumericArray])[],
): Pick<OutputSummary, 'equal'> {
  const shares = pairs.map(([reference, output]) => {
    const equal = reference.filter((value: number | bigint, i: number) => value === output[i]).length
    return reference.length === 0 ? 1 : equal / reference.length
  })
  return shares.length === 0 ? {} : { equal: { median: median(shares), worst: Math.min(...shares) } }
}

type Floats = ArrayLike<number>

function floats({ data }: OutputValues): Floats {
  return data as Floats
}

function hasNaN(values: Floats): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true
  return false
}

/** Sum of the squares of what is finite. */
function energyOf(values: Floats): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) sum += values[i]! ** 2
  return sum
}

function limited(decibels: number): number {
  return Math.min(Math.max(decibels, -limit), limit)
}
