import { seededRandom } from '../../../src/statistics/random.ts'
import { descrOf, type Input } from './feed.ts'
import { isPicture, type Photo, photoCrop } from './photos.ts'
import type { SampleSet, Samples } from './samples.ts'
import { smoothNoise } from './smooth-noise.ts'

/** An input with all axes fixed, and how many rows its table has where its values are looked up. */
export interface SizedInput extends Input {
  readonly shape: readonly number[]
  /** The array holds a whole input for each sample, since the first axis is none of samples. */
  readonly whole: boolean
  readonly vocabulary?: number | undefined
}

/**
 * Samples by the types and names of inputs: token ids within the vocabulary, masks of ones, segments of zeros, parts of
 * photos or else smooth noise in [0, 1], sounds in [-1, 1], states near 0.
 *
 * @throws Error where nobody knows what an input of this type holds
 */
export function madeUpSamples(
  inputs: readonly SizedInput[],
  count: number,
  photos: readonly Photo[] = [],
): SampleSet {
  const random = seededRandom(1)
  return new Map(inputs.map(input => [input.name, ofInput(input, count, random, photos)]))
}

/** What was made up, for the table. */
export function describeMadeUp(inputs: readonly SizedInput[], photos: readonly Photo[]): string {
  return inputs
    .map(input => `${input.name}: ${kindOf(input, photos).says} [${input.shape.join(', ')}]`)
    .join('; ')
}

function ofInput(input: SizedInput, count: number, random: () => number, photos: readonly Photo[]): Samples {
  const descr = descrOf(input.type)
  if (descr === undefined) throw new Error(`inputs of type ${input.type} are not made up: give data`)
  const one = input.whole ? input.shape : input.shape.slice(1)
  const rows = one.reduce((product, size) => product * size, 1)
  const { make } = kindOf(input, photos)
  const samples = Array.from({ length: count }, () => bytesOf(make(rows, random), descr))
  return { descr, shape: [count, ...one], bytes: Buffer.concat(samples) }
}

type Make = (length: number, random: () => number) => Float64Array

function kindOf(
  { name, type, shape, vocabulary = 128 }: SizedInput,
  photos: readonly Photo[],
): { says: string; make: Make } {
  const filled =
    (value: (random: () => number, index: number) => number): Make =>
    (length, random) =>
      Float64Array.from({ length }, (_, index) => value(random, index))
  if (/^(u?int|bool)/.test(type)) {
    if (/mask/i.test(name)) return { says: 'ones', make: filled(() => 1) }
    if (/type|segment/i.test(name)) return { says: 'zeros', make: filled(() => 0) }
    if (/pos/i.test(name)) return { says: '0, 1, 2, ...', make: filled((_, index) => index) }
    if (/^sr$|rate/i.test(name)) return { says: '16000', make: filled(() => 16_000) }
    if (/len/i.test(name)) return { says: 'the length', make: filled(() => shape.at(-1) ?? 1) }
    return { says: `ids below ${vocabulary}`, make: filled(random => Math.floor(random() * vocabulary)) }
  }
  if (/mask/i.test(name)) return { says: 'ones', make: filled(() => 1) }
  if (/state|hidden|cell|cache|^[hc]\d?$|^[hc]_?[0n]$/i.test(name)) {
    return { says: 'state within 0.1 of 0', make: filled(random => 0.2 * random() - 0.1) }
  }
  if (photos.length > 0 && isPicture(shape)) {
    return { says: 'parts of photos in [0, 1]', make: (_, random) => photoCrop(photos, shape, random) }
  }
  if (shape.length === 4)
    return { says: 'smooth noise in [0, 1]', make: (_, random) => smoothNoise(shape, random) }
  if (shape.reduce((product, size) => product * size, 1) >= 400 && Math.max(...shape) >= 256) {
    return { says: 'sound of three tones and noise', make: sound }
  }
  return { says: 'uniform in [-1, 1]', make: filled(random => 2 * random() - 1) }
}

function sound(length: number, random: () => number): Float64Array {
  const tones = [0, 1, 2].map(() => ({
    step: 0.01 + 0.5 * random(),
    phase: 6 * random(),
    loud: 0.2 * random(),
  }))
  return Float64Array.from({ length }, (_, time) =>
    tones.reduce(
      (sum, { step, phase, loud }) => sum + loud * Math.sin(step * time + phase),
      0.05 * (2 * random() - 1),
    ),
  )
}

function bytesOf(values: Float64Array, descr: string): Uint8Array {
  if (descr === '<f2') return new Uint8Array(Uint16Array.from(values, toFloat16).buffer)
  if (descr === '<i8') return new Uint8Array(BigInt64Array.from(values, value => BigInt(value)).buffer)
  const arrays = {
    '<f4': Float32Array,
    '<f8': Float64Array,
    '<i4': Int32Array,
    '<i2': Int16Array,
    '|i1': Int8Array,
  }
  const TypedArray = arrays[descr as keyof typeof arrays] ?? Uint8Array
  return new Uint8Array(TypedArray.from(values).buffer)
}

/** IEEE 754 binary16, cut off: made-up values need no rounding. Below its normal numbers it is 0. */
function toFloat16(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!
  const exponent = ((bits >>> 23) & 0xff) - 112
  if (exponent <= 0) return 0
  return ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 0x3ff)
}
