import { expect, test } from 'vitest'
import type { EngineProfile } from '../../../src/engine/engine-profile.ts'
import { alignLayers } from '../../../src/explain/alignment/align-layers.ts'
import type { Finding } from '../../../src/explain/cause.ts'
import { causes } from '../../../src/explain/causes.ts'
import { remedies } from '../../../src/explain/remedies.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import type { ModelProto, NodeProto } from '../../../src/onnx/onnx_pb.ts'
import { nameNodes } from '../../../src/quantize/name-nodes.ts'
import { removeQdq } from '../../../src/quantize/remove-qdq.ts'
import { unitRanges } from '../../support/unit-ranges.ts'
import { between, plainBias, quantized, relu, signedGrid, skip, swish, wideGrid, wrongBias } from './plant.ts'
import { profileModel } from './profile-model.ts'

/** What one cause finds in an engine beside another, whatever it costs. */
function find(name: string, subject: EngineProfile, other: EngineProfile): Finding | undefined {
  const { groups } = alignLayers(subject, other)
  const rows = groups.map(({ a, b }) => ({ subject: a, other: b }))
  const cause = causes.find(each => each.name === name)!
  return cause.find({ subject, other, rows, timeOf: ({ microseconds }) => microseconds })
}

interface Planted {
  readonly cause: string
  readonly bad: () => ModelProto
  readonly good: () => ModelProto
  /** A name that the sentence must hold. */
  readonly names: string
  /** Whether the remedy that the cause names takes it away. */
  readonly curable?: true
}

const complete = (...nodes: readonly NodeProto[]) => quantized(between(...nodes), 'onnxruntime')

const planted: readonly Planted[] = [
  {
    cause: 'unquantized-output',
    bad: () => quantized(between(relu), 'tensorrt'),
    good: () => complete(relu),
    names: 'last',
    curable: true,
  },
  {
    cause: 'unquantized-activation',
    bad: () => quantized(between(...swish), 'tensorrt'),
    good: () => complete(...swish),
    names: 'Sigmoid',
    curable: true,
  },
  {
    cause: 'runtime-weights',
    bad: () => quantized(between(...swish), 'tensorrt'),
    good: () => complete(...swish),
    names: 'first',
    curable: true,
  },
  {
    cause: 'split-activation',
    bad: () => quantized(between(relu), 'everywhere'),
    good: () => complete(relu),
    names: 'first',
    curable: true,
  },
  {
    cause: 'unfolded-activation',
    bad: () => wideGrid(complete(relu), 'm'),
    good: () => complete(relu),
    names: 'first',
    curable: true,
  },
  {
    cause: 'mismatched-bias',
    bad: () => wrongBias(complete(relu), 'first'),
    good: () => complete(relu),
    names: 'first',
    curable: true,
  },
  {
    cause: 'float-bias',
    bad: () => plainBias(complete(relu), 'first', 16),
    good: () => complete(relu),
    names: 'first',
    curable: true,
  },
  {
    cause: 'signed-activation',
    bad: () => signedGrid(complete(...skip), 'c'),
    good: () => complete(...skip),
    names: 'first',
    curable: true,
  },
  {
    cause: 'float-islands',
    bad: () => complete(makeNode('Tanh', 'tanh', ['c'], ['m'])),
    good: () => between(makeNode('Tanh', 'tanh', ['c'], ['m'])),
    names: 'tanh',
  },
  {
    cause: 'float-kernels',
    bad: () => quantized(between(relu), 'tensorrt'),
    good: () => complete(relu),
    names: 'first',
  },
]

test.for(planted)(
  '$cause is found where it is planted, and not beside it',
  async ({ cause, bad, good, names, curable }) => {
    const [subject, other] = [await profileModel(bad()), await profileModel(good())]
    const found = find(cause, subject, other)
    expect(found?.sentence).toContain(names)
    expect(find(cause, other, other)).toBeUndefined()
    if (!curable) return

    const remedy = remedies.find(({ id }) => id === found!.remedyId)!
    const model = nameNodes(bad())
    const layers = found!.costs.flatMap(({ layer }) => (layer.kind === 'compute' ? layer.nodes : []))
    const nodes = new Set(found!.nodes ?? layers)
    const cured = remedy.apply({ model, nodes, ranges: unitRanges(removeQdq(model).model) })!
    expect(find(cause, await profileModel(cured), other)).toBeUndefined()
  },
)
