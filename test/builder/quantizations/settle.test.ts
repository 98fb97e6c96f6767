import { expect, test } from 'vitest'
import { type SettleOptions, settle } from '../../../src/builder/quantizations/settle.ts'
import type { Candidate } from '../../../src/builder/tuner/tune.ts'

const named = (name: string): Candidate => ({
  name,
  model: `${name}.onnx`,
  sha256: name,
  choice: { of: 'build', file: name },
})
const [float, whole, mixed] = ['all float', 'all INT8', 'one layer in float'].map(named)
const region = { nodes: ['a'], microseconds: { float: 2, int8: 1 } }

/** Outputs and answers of all INT8 are lost; those of the plan with one layer in float are not. */
async function settled(regions: SettleOptions['costs']['regions'], options: Partial<SettleOptions> = {}) {
  const asked: string[] = []
  const given = {
    bound: { maxDrop: 0.01 },
    guarded: { bound: 15 },
    costs: { regions, boundaries: [] },
    ...options,
  } as unknown as SettleOptions
  const { held, outputs } = await settle(whole!, given, {
    holdOutputs: async candidate => {
      asked.push(`outputs of ${candidate.name}`)
      const after = candidate === whole ? mixed! : candidate
      return { held: after, before: {} as never, after: {} as never }
    },
    holdDrop: async candidate => {
      asked.push(`answers of ${candidate.name}`)
      return { held: candidate === whole ? float! : candidate, accuracy: {} as never }
    },
  })
  return { held: held.name, asked, hasOutputs: outputs !== undefined }
}

test('without costs of layers, outputs are held first: a layer that loses them loses the answers, too', async () => {
  const asked = ['outputs of all INT8', 'answers of one layer in float']
  expect(await settled([])).toEqual({ held: mixed!.name, asked, hasOutputs: true })
})

test('with costs, answers are held first, and then the outputs of what is left', async () => {
  const asked = ['answers of all INT8', 'outputs of all float']
  expect(await settled([region])).toEqual({ held: float!.name, asked, hasOutputs: true })
})

test('what nobody bounds is not asked for', async () => {
  const free = await settled([], { bound: undefined, guarded: undefined })
  expect(free).toEqual({ held: whole!.name, asked: [], hasOutputs: false })
})
