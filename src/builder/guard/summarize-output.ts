import { median, sum } from 'simple-statistics'
import { outputError } from '../../accuracy/output-error.ts'
import type { NumericArray } from '../../data/ndarray.ts'
import { fifthPercentile, type OutputSummary } from './output-errors.ts'

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

/**
 * How far an output is from float, over samples.
 *
 * @param among - the float output in all samples that there are, if these are only some: says which of them are quiet
 */
export function summarizeOutput(
  name: string,
  pairs: readonly OutputPair[],
  among: readonly OutputValues[] = pairs.map(({ reference }) => reference),
): OutputSummary {
  const alike = pairs.filter(({ reference, output }) => output?.data.length === reference.data.length)
  const unlike = pairs.length - alike.length
  const figures = pairs.every(({ reference }) => reference.isFloat)
    ? floatFigures(
        alike.map(({ reference, output }) => [floats(reference), floats(output!)] as const),
        among.map(floats),
      )
    : integerFigures(alike.map(({ reference, output }) => [reference.data, output!.data] as const))
  const notNumbers = pairs.filter(({ reference }) => reference.isFloat && hasNaN(floats(reference))).length
  return { name, ...figures, ...(notNumbers > 0 && { notNumbers }), ...(unlike > 0 && { unlike }) }
}

const equal = {
  sqnr: { median: limit, p5: limit, worst: limit, overall: limit },
  cosine: { median: 1, worst: 1 },
}

type FloatFigures = Pick<OutputSummary, 'sqnr' | 'cosine' | 'silent' | 'quiet'>

/** Of the mean energy of samples: below it there is nothing to hear in a sample, and its error is measured against this. */
const quietShare = 0.1

function floatFigures(pairs: readonly (readonly [Floats, Floats])[], among: readonly Floats[]): FloatFigures {
  const energies = pairs.map(([reference]) => energyOf(reference))
  const signal = sum(energies)
  const floor = (quietShare * sum(among.map(energyOf))) / among.length
  let [noise, silent, quiet] = [0, 0, 0]
  const sqnrs: number[] = []
  const cosines: number[] = []
  const loud: number[] = []
  for (const [i, [reference, output]] of pairs.entries()) {
    const own = energies[i]!
    const error = outputError(reference, output)
    const isSilent = own === 0 && Number.isFinite(error.maxError)
    const added = isSilent ? energyOf(output) : own > 0 ? own / 10 ** (error.sqnr / 10) : Infinity
    noise += added
    if (isSilent) silent++
    else if (own < floor) quiet++
    else loud.push(error.cosine)
    cosines.push(error.cosine)
    // Without any signal there is nothing to compare with.
    if (floor > 0 || !isSilent) sqnrs.push(limited(10 * Math.log10(Math.max(own, floor) / added)))
  }
  // Of what is quiet the direction says nothing, unless there is nothing else.
  const directions = loud.length > 0 ? loud : cosines
  const counted = { ...(silent > 0 && { silent }), ...(quiet > 0 && { quiet }) }
  // Zeros and infinities in the same places.
  if (pairs.length > 0 && sqnrs.length === 0 && noise === 0) return { ...equal, ...counted }
  if (sqnrs.length === 0) return counted
  const ascending = sqnrs.toSorted((a, b) => a - b)
  return {
    sqnr: {
      median: median(sqnrs),
      p5: fifthPercentile(ascending, among.length),
      worst: ascending[0]!,
      overall: limited(10 * Math.log10(signal / noise)),
    },
    cosine: { median: median(directions), worst: Math.min(...directions) },
    ...counted,
  }
}

function integerFigures(
  pairs: readonly (readonly [NumericArray, NumericArray])[],
): Pick<OutputSummary, 'equal' | 'apart'> {
  const shares = pairs.map(([reference, output]) => {
    const equal = reference.filter((value: number | bigint, i: number) => value === output[i]).length
    return reference.length === 0 ? 1 : equal / reference.length
  })
  if (shares.length === 0) return {}
  const apart = mostApart(pairs)
  return {
    equal: { median: median(shares), worst: Math.min(...shares) },
    ...(apart > 0 && { apart }),
  }
}

/** Of bytes that are no booleans, by how much values differ at most: of pixels nearly all may, by one each. */
function mostApart(pairs: readonly (readonly [NumericArray, NumericArray])[]): number {
  let [largest, apart] = [0, 0]
  for (const [reference, output] of pairs) {
    if (reference.BYTES_PER_ELEMENT !== 1) return 0
    for (const [i, value] of reference.entries()) {
      largest = Math.max(largest, Math.abs(Number(value)))
      apart = Math.max(apart, Math.abs(Number(value) - Number(output[i])))
    }
  }
  return largest > 1 ? apart : 0
}

type Floats = ArrayLike<number>

function floats({ data }: OutputValues): Floats {
  return data as Floats
}

function hasNaN(values: Floats): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true
  return false
}

/** Outputs of the float model are asked for theirs with every engine that is compared. */
const knownEnergies = new WeakMap<Floats, number>()

/** Sum of the squares of what is finite. */
function energyOf(values: Floats): number {
  const known = knownEnergies.get(values)
  if (known !== undefined) return known
  let energy = 0
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) energy += values[i]! ** 2
  knownEnergies.set(values, energy)
  return energy
}

function limited(decibels: number): number {
  return Math.min(Math.max(decibels, -limit), limit)
}
