import { Tensor } from 'onnxruntime-node'
import { median, sum } from 'simple-statistics'
import { float16ToNumber } from '../../src/data/float16.ts'
import { collapsedChannel } from './collapsed-channel.ts'
import { confident } from './confident.ts'
import { inputsOf, openPlain, runPlain } from './plain-session.ts'
import { feedOf, samplesPerInference } from './samples/feed.ts'
import { movedInputs } from './samples/moved-inputs.ts'
import { readSamples, sampleCount } from './samples/samples.ts'

export interface AnswersJob {
  readonly job: 'answers'
  readonly float: string
  readonly int8: string
  readonly data: string
  readonly inferences: number
}

/** How far an output of the INT8 form is from the float model's: over all samples the worst, and the median. */
export interface OutputError {
  readonly output: string
  /**
   * 20 log10(|y| / |y - y_int8|) in dB; Infinity is written as 999. |y|^2 is at least a tenth of its mean over samples: of
   * a sample in which the output is quieter, the error says something only if it is loud beside the others.
   */
  readonly worst: number
  readonly median: number
  /** Samples that are so quiet, and the worst of them beside its own |y|. */
  readonly quiet?: { readonly samples: number; readonly own: number }
  /**
   * Samples in which the float model itself loses more than a sixth of this output when its inputs move by half a step of 8
   * bits: what float has left in the worst of them, and INT8 in the worst of the others.
   */
  readonly unsteady?: { readonly samples: number; readonly float: number; readonly others: number }
  readonly cosine: number
  /** A channel of which INT8 leaves a few values, though float has many: `[:, 4]`. */
  readonly collapsed?: string
  /** Scores above 0.25 over all samples, if this is a detector's output. */
  readonly confident?: { readonly float: number; readonly int8: number }
  /** For outputs of integers: the share that is equal, instead. */
  readonly equal?: number
}

/** Runs both models in plain sessions on the same samples. */
export async function answers({ float, int8, data, inferences }: AnswersJob): Promise<OutputError[]> {
  const samples = await readSamples(data)
  const [reference, session] = [await openPlain(float), await openPlain(int8)]
  const inputs = inputsOf(reference)
  const there = Math.floor(sampleCount(samples) / samplesPerInference(samples, inputs))
  const errors = new Map<string, Difference[]>()
  const collapsed = new Map<string, string>()
  const scores = new Map<string, { float: number; int8: number }>()
  for (let index = 0; index < Math.min(inferences, there); index++) {
    const feed = feedOf(samples, inputs, index)
    const [wanted, got] = [await runPlain(reference, feed), await runPlain(session, feed)]
    const moved = await runPlain(reference, movedInputs(feed))
    for (const [output, value] of Object.entries(wanted)) {
      if (!(output in got)) continue
      const [y, other] = [asFloat32(value), asFloat32(got[output]!)]
      const channel = collapsedChannel(y, other)
      if (channel !== undefined) collapsed.set(output, channel)
      const found = confident(y, other)
      if (found) {
        const { float, int8 } = scores.get(output) ?? { float: 0, int8: 0 }
        scores.set(output, { float: float + found.float, int8: int8 + found.int8 })
      }
      const error = difference(y.data, other.data)
      const own = difference(y.data, asFloat32(moved[output]!).data)
      if (error) errors.set(output, [...(errors.get(output) ?? []), { ...error, moved: own?.noise ?? 0 }])
    }
  }
  return [...errors].map(([output, each]) => ({
    output,
    ...figures(each),
    ...(scores.has(output) && { confident: scores.get(output)! }),
    ...(collapsed.has(output) && { collapsed: collapsed.get(output)! }),
    ...(each[0]!.equal !== undefined && { equal: Math.min(...each.map(({ equal }) => equal!)) }),
  }))
}

/** float16 comes as its bit patterns. */
function asFloat32(tensor: Tensor): Tensor {
  if (tensor.type !== 'float16') return tensor
  const data = Float32Array.from(tensor.data as unknown as Uint16Array, float16ToNumber)
  return new Tensor('float32', data, tensor.dims)
}

/** One output of one sample: energies of what float gives and of what INT8 adds. */
interface Difference {
  readonly signal: number
  readonly noise: number
  readonly cosine: number
  readonly equal?: number
  /** Energy of what moved inputs add to the float model's. */
  readonly moved?: number
}

/** dB below which an output is another one. */
const steady = 15

/** Of the mean energy of an output: a sample with less is quiet. */
const quietShare = 0.1

function figures(
  each: readonly Difference[],
): Pick<OutputError, 'worst' | 'median' | 'cosine' | 'quiet' | 'unsteady'> {
  const floor = (quietShare * sum(each.map(({ signal }) => signal))) / each.length
  const decibels = ({ signal, noise }: Difference, least: number) => {
    if (noise === 0) return 999
    const ratio = Math.max(signal, least) / noise
    return ratio > 0 ? 10 * Math.log10(ratio) : -99
  }
  const quiet = each.filter(({ signal, noise }) => signal < floor && noise > 0)
  const loud = each.filter(error => !quiet.includes(error))
  const found = each.map(error => decibels(error, floor))
  const float = each.map(error => decibels({ ...error, noise: error.moved ?? 0 }, floor))
  const unsteady = float.filter(left => left < steady)
  return {
    worst: Math.min(...found),
    median: median(found),
    cosine: Math.min(...loud.map(({ cosine }) => cosine)),
    ...(unsteady.length > 0 && {
      unsteady: {
        samples: unsteady.length,
        float: Math.min(...unsteady),
        others: Math.min(999, ...found.filter((_, i) => float[i]! >= steady)),
      },
    }),
    ...(quiet.length > 0 && {
      quiet: { samples: quiet.length, own: Math.min(...quiet.map(error => decibels(error, 0))) },
    }),
  }
}

function difference(wanted: Tensor['data'], got: Tensor['data']): Difference | undefined {
  if (wanted.length !== got.length) return { signal: 0, noise: Infinity, cosine: 0 }
  if (!(wanted instanceof Float32Array || wanted instanceof Float64Array)) {
    if (wanted instanceof Uint16Array || !('map' in wanted) || typeof wanted[0] === 'string') return undefined
    const equal = (wanted as Uint8Array).filter((value, i) => value === got[i]).length
    return { signal: 0, noise: 0, cosine: 1, equal: wanted.length === 0 ? 1 : equal / wanted.length }
  }
  let [signal, other, product, noise] = [0, 0, 0, 0]
  for (const [i, value] of wanted.entries()) {
    // Infinite alike is no difference.
    if (value === got[i]) {
      if (!Number.isFinite(value)) continue
    }
    const given = Number(got[i])
    signal += value * value
    other += given * given
    product += value * given
    noise += (value - given) ** 2
  }
  const cosine = noise === 0 ? 1 : product / Math.sqrt(signal * other || 1)
  const isNumber = !Number.isNaN(noise) && !Number.isNaN(signal)
  return isNumber
    ? { signal, noise, cosine: Number.isNaN(cosine) ? 0 : cosine }
    : { signal: 0, noise: Infinity, cosine: 0 }
}
