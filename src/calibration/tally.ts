import { tallyModule } from './tally-module.ts'

/** Bins on each side of zero: what TensorRT's calibrators use. */
export const binCount = 2048

/** Smallest width of a bin: a smaller 32-bit float would be denormal and have lost digits. */
export const smallestWidth = 2 ** -126

/** What one pass over a batch of values found. */
export interface Tally {
  /** Extremes; +Infinity and -Infinity if there are no values. */
  readonly min: number
  readonly max: number
  readonly zeros: number
  /** Whether a value is NaN or infinite: then nothing else here counts. */
  readonly notFinite: boolean
  /** Adds the counts to bins, zeros not included. Only until the next tally. */
  addTo(positive: Float64Array, negative: Float64Array): void
}

/** The counting program and its memory. */
interface Counter {
  readonly clamp: (count: number, low: number, high: number) => void
  readonly tally: (count: number, width: number) => void
  readonly sum: () => void
  readonly counters: Int32Array
  /** Those counters and the ones of the odd table. */
  readonly tables: Int32Array
  readonly smallest: Float32Array
  readonly largest: Float32Array
  readonly magnitude: Uint32Array
  readonly zeros: Int32Array
  /** As many values as stay in the cache while they are counted. */
  readonly room: Float32Array
}

let opened: Counter | undefined

/** Opened when it is needed: its memory reserves 10 GB of addresses, which nobody who only imports quantract should lose. */
function openCounter(): Counter {
  const { memory, ...functions } = new WebAssembly.Instance(
    new WebAssembly.Module(Buffer.from(tallyModule, 'base64')),
  ).exports as Pick<Counter, 'clamp' | 'tally' | 'sum'> & { memory: WebAssembly.Memory }
  // The layout of memory: tally.wat.
  return {
    ...functions,
    counters: new Int32Array(memory.buffer, 0, 2 * binCount),
    tables: new Int32Array(memory.buffer, 0, 33_280 / 4),
    smallest: new Float32Array(memory.buffer, 33_280, 4),
    largest: new Float32Array(memory.buffer, 33_296, 4),
    magnitude: new Uint32Array(memory.buffer, 33_312, 4),
    zeros: new Int32Array(memory.buffer, 33_328, 4),
    room: new Float32Array(memory.buffer, 33_344, 16_384),
  }
}

/** Bits of the smallest infinite value. */
const infinity = 0x7f800000

/** Bounds that values are clamped to before they are counted. */
export interface Clamp {
  readonly min: number
  readonly max: number
}

/**
 * Counts values into bins of |x| and finds their extremes. The bin is the whole part of |x| / width, divided in 32 bits;
 * values beyond the last bin are counted in it.
 *
 * @param width of a bin, a 32-bit float from `smallestWidth`
 */
export function tally(values: Float32Array, width: number, clamp?: Clamp): Tally {
  opened ??= openCounter()
  const counter = opened
  const { tables, smallest, largest, magnitude, zeros, room } = counter
  tables.fill(0)
  smallest.fill(Infinity)
  largest.fill(-Infinity)
  magnitude.fill(0)
  zeros.fill(0)
  for (let first = 0; first < values.length; first += room.length) {
    const part = values.subarray(first, first + room.length)
    room.set(part)
    const filled = Math.ceil(part.length / 4) * 4
    room.fill(part.at(-1)!, part.length, filled)
    if (clamp) counter.clamp(filled, clamp.min, clamp.max)
    counter.tally(filled, width)
  }
  counter.sum()
  if (values.length % 4 !== 0) {
    const { min = -Infinity, max = Infinity } = clamp ?? {}
    takeBack(counter, Math.min(Math.max(values.at(-1)!, min), max), width, 4 - (values.length % 4))
  }
  const found = {
    // -0 becomes 0.
    min: Math.min(...smallest) + 0,
    max: Math.max(...largest) + 0,
    zeros: zeros.reduce((sum, count) => sum + count, 0),
    notFinite: Math.max(...magnitude) >= infinity,
  }
  return {
    ...found,
    addTo: (positive, negative) => {
      // Only bins that hold something: the counts of many tensors do not fit into the cache together.
      addCounts(positive, counter.counters, 0, found.max, width)
      addCounts(negative, counter.counters, binCount, -found.min, width)
      positive[0]! -= found.zeros
    },
  }
}

/** Adds the counters of one side, which begin at `offset`, up to the bin of the outermost value. */
function addCounts(
  bins: Float64Array,
  counters: Int32Array,
  offset: number,
  outermost: number,
  width: number,
): void {
  if (outermost < 0) return
  const last = binOf(outermost, width)
  for (let bin = 0; bin <= last; bin++) bins[bin]! += counters[offset + bin]!
}

/** Uncounts the last value, with which the last four lanes were filled up. */
function takeBack({ zeros, counters }: Counter, value: number, width: number, times: number): void {
  if (value === 0) zeros[0]! -= times
  counters[(value < 0 ? binCount : 0) + binOf(Math.abs(value), width)]! -= times
}

function binOf(magnitude: number, width: number): number {
  return Math.min(Math.trunc(Math.fround(magnitude / width)), binCount - 1)
}
