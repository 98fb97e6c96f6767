import { readModel } from '../../src/onnx/read-model.ts'
import { type ModelFacts, modelFacts } from './facts/model-facts.ts'
import { inputsOf, openPlain, runPlain } from './plain-session.ts'
import { feedOf, type Input } from './samples/feed.ts'
import { madeUpSamples, type SizedInput } from './samples/made-up-samples.ts'
import { readSamples } from './samples/samples.ts'

export interface ProbeJob {
  readonly job: 'probe'
  readonly model: string
  /** Samples that may go with the model; without them some are made up. */
  readonly data?: string | undefined
}

export interface Probe {
  /** Absent if the file is no model. */
  readonly facts?: ModelFacts
  readonly inputs: readonly Input[]
  /** Sizes with which the model ran on made-up samples. */
  readonly sized?: readonly SizedInput[]
  /** Why the runtime itself does not load or run it. */
  readonly failure?: string
  /** What stands in the outputs, the worst of it. */
  readonly answers: 'finite' | 'infinite' | 'NaN'
}

/** Does a plain session of the runtime load and run it, and with which inputs? */
export async function probe({ model, data }: ProbeJob): Promise<Probe> {
  let facts: ModelFacts | undefined
  let inputs: Input[] = []
  try {
    facts = modelFacts(await readModel(model, { dataBeside: false }))
    const session = await openPlain(model)
    inputs = inputsOf(session)
    const given = data === undefined ? undefined : await readSamples(data)
    const candidates = given ? [undefined] : sizings(inputs, facts)
    let failure = 'its inputs are none that can be made up'
    for (const sized of candidates) {
      try {
        const outputs = await runPlain(session, feedOf(given ?? madeUpSamples(sized!, 1), inputs, 0))
        return { facts, inputs, ...(sized && { sized }), answers: worstOf(Object.values(outputs)) }
      } catch (error) {
        failure = (error as Error).message.slice(0, 300)
      }
    }
    return { facts, inputs, failure, answers: 'finite' }
  } catch (error) {
    const failure = (error as Error).message.slice(0, 300)
    return { ...(facts && { facts }), inputs, failure, answers: 'finite' }
  }
}

/** Lengths that free axes are tried with, by what an input looks like. */
const lengths = {
  picture: [320, 224, 640, 96, 64, 48],
  text: [32, 64, 128, 256],
  sound: [16_000, 512, 576, 1280, 256],
  other: [1, 32, 64, 100, 16, 8],
}

function sizings(inputs: readonly Input[], { vocabularies }: ModelFacts): SizedInput[][] {
  return [0, 1, 2, 3, 4, 5].map(attempt =>
    inputs.map(input => {
      const list = lengths[likely(input)]
      const length = list[Math.min(attempt, list.length - 1)]!
      const shape = input.shape.map((size, axis) =>
        typeof size === 'number' && size > 0 ? size : axis === 0 || /batch/i.test(String(size)) ? 1 : length,
      )
      const vocabulary = vocabularies[input.name]
      // Token ids have a second axis that some exporters call by the name of the first.
      if (likely(input) === 'text' && shape.length === 2 && typeof input.shape[1] === 'string')
        shape[1] = length
      return { ...input, shape, whole: isWhole(input), ...(vocabulary && { vocabulary }) }
    }),
  )
}

function likely({ name, type, shape }: Input): keyof typeof lengths {
  if (/int/.test(type)) return 'text'
  if (shape.length === 4) return 'picture'
  return /state|hidden|cell|^[hc]\d?$/i.test(name) || shape.length > 3 ? 'other' : 'sound'
}

/** Its first axis counts no samples: a state of 2 layers, a sampling rate. */
function isWhole({ shape }: Input): boolean {
  return shape.length === 0 || (typeof shape[0] === 'number' && shape[0] > 1)
}

function worstOf(outputs: readonly object[]): Probe['answers'] {
  const data = outputs.map(output => ('data' in output ? output.data : undefined))
  const floats = data.filter(each => each instanceof Float32Array || each instanceof Float64Array)
  if (floats.some(each => each.some(Number.isNaN))) return 'NaN'
  return floats.every(each => each.every(Number.isFinite)) ? 'finite' : 'infinite'
}
