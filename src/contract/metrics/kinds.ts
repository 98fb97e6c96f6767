/** What a metric measures: only quantities of one kind can be compared. */
export interface Kind {
  /** How messages call it. */
  readonly noun: string
  /** Base unit of `Bound.value`. */
  readonly unit: string
  /** Units that a clause may write, with their size in base units. */
  readonly units: Readonly<Record<string, number>>
  /** What `%` means in a tolerance: a share of the bound, or percentage points. */
  readonly percent: 'relative' | 'points'
  /** Whether a value may be below zero. */
  readonly signed?: true
  /** Smallest and largest value that there can be, in base units; from 0 without end if it is not said. */
  readonly range?: readonly [number, number]
}

export const kinds = {
  throughput: { noun: 'a throughput', unit: 'fps', units: { fps: 1 }, percent: 'relative' },
  latency: {
    noun: 'a latency',
    unit: 'ms',
    units: { us: 1e-3, µs: 1e-3, ms: 1, s: 1e3 },
    percent: 'relative',
  },
  duration: { noun: 'a duration', unit: 's', units: { ms: 1e-3, s: 1, min: 60 }, percent: 'relative' },
  bytes: {
    noun: 'a number of bytes',
    unit: 'bytes',
    units: { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 },
    percent: 'relative',
  },
  count: { noun: 'a number of operators', unit: '', units: {}, percent: 'relative' },
  accuracy: {
    noun: 'an accuracy',
    unit: 'fraction',
    units: { '%': 1e-2 },
    percent: 'points',
    range: [0, 1],
  },
  precision: {
    noun: 'an average precision',
    unit: 'fraction',
    units: { '%': 1e-2 },
    percent: 'points',
    range: [0, 1],
  },
  gap: {
    noun: 'a difference of accuracies',
    unit: 'fraction',
    units: { '%': 1e-2, pp: 1e-2 },
    percent: 'points',
    signed: true,
    range: [-1, 1],
  },
  /** Signal to noise of an output. */
  ratio: { noun: 'a ratio in decibels', unit: 'dB', units: { dB: 1 }, percent: 'relative', signed: true },
  cosine: { noun: 'a cosine', unit: '', units: {}, percent: 'relative', signed: true, range: [-1, 1] },
  /** In the unit of an output, which nobody knows. */
  error: {
    noun: 'an error without unit',
    unit: '',
    units: {},
    percent: 'relative',
    range: [0, Number.POSITIVE_INFINITY],
  },
  errorGap: { noun: 'a difference of errors', unit: '', units: {}, percent: 'relative', signed: true },
  custom: { noun: 'a metric without unit', unit: '', units: {}, percent: 'relative', signed: true },
} as const satisfies Record<string, Kind>
