import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEngines } from '../../../src/backends/onnxruntime/session/open-engines.ts'
import { blocksOut } from '../../../src/builder/tuned/moves/blocks-out.ts'
import { pairsBehindPools } from '../../../src/builder/tuned/moves/pairs-behind-pools.ts'
import { moves } from '../../../src/builder/tuned/moves.ts'
import {
  type PairPlan,
  type PairReader,
  planOfSites,
  sitesOfPlan,
} from '../../../src/builder/tuned/pair-plan.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { halfModel } from '../../../src/quantize/half/half-model.ts'
import { placementModel } from '../../../src/quantize/placement.ts'
import { tensorrt } from '../../../src/quantize/placements/tensorrt.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { quantizeAt } from '../../../src/quantize/quantize-at.ts'
import { buildModel, conv, randomFeed, randomTensor } from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/** Convolutions, one of them in groups, a residual sum, a pool and a Gemm: every move has something to change. */
const shape = [1, 3, 8, 8]
const [first, second, third] = [
  conv('first', 'x', 'c1', [3, 8]),
  conv('second', 'r1', 'c2', [8, 8]),
  conv('third', 's', 'c3', [8, 8]),
]
const depthwise = makeNode('Conv', 'depthwise', ['c3', 'depthwise.weight'], ['c4'], {
  kernel_shape: [3n, 3n],
  group: 8n,
})
const model = buildModel({
  inputs: { x: shape },
  outputs: ['y'],
  nodes: [
    ...first.nodes,
    makeNode('Relu', 'relu', ['c1'], ['r1']),
    ...second.nodes,
    makeNode('Add', 'add', ['c2', 'r1'], ['s']),
    ...third.nodes,
    depthwise,
    makeNode('GlobalAveragePool', 'pool', ['c4'], ['p']),
    makeNode('Flatten', 'flat', ['p'], ['f']),
    makeNode('Gemm', 'head', ['f', 'head.weight'], ['y']),
  ],
  initializers: [
    ...[first, second, third].flatMap(({ initializers }) => initializers),
    randomTensor('depthwise.weight', [8, 1, 3, 3]),
    randomTensor('head.weight', [8, 10]),
  ],
})

test('what a move gives runs, in float and in half', async () => {
  const form = quantizableForm(model)
  const known = placementModel(form.model)
  const sites = tensorrt.sites(known, new Set(tensorrt.quantizable(known)), 'int8-symmetric')
  const everywhere = planOfSites('all', sites, false)
  const ofPool = { c2: [{ node: 'add', input: 0 }], c4: [{ node: 'pool', input: 0 }] }
  const pairs: Record<string, readonly PairReader[]> = { ...everywhere.pairs, ...ofPool }
  delete pairs.f
  const start = { ...everywhere, pairs }
  const plans = moves.flatMap(move => [...move.neighbours(start, known)])
  // Skip inputs are in already.
  expect(plans.length).toBeGreaterThanOrEqual(moves.length - 1)
  const ranges = new Map(['x', ...known.producer.keys()].map(name => [name, { min: -4, max: 4 }]))
  const directory = await temporaryDirectory()
  const paths: string[] = []
  for (const [position, plan] of plans.entries()) {
    const quantized = quantizeAt(form, graph => ({ sites: sitesOfPlan(plan, graph), ranges }))
    for (const [kind, made] of [
      ['float', quantized],
      ['half', halfModel(quantized).model],
    ] as const) {
      const path = join(directory, `${position}.${kind}.onnx`)
      await writeModel(made, path)
      paths.push(path)
    }
  }
  const engines = await openEngines(paths.map(path => ({ id: path, model: path, settings: { threads: 1 } })))
  try {
    for (const path of paths) {
      const [outputs] = await engines.infer(path, [randomFeed('x', shape)])
      expect([...outputs!.get('y')!.data].every(value => Number.isFinite(Number(value)))).toBe(true)
    }
  } finally {
    await engines.stop()
  }
})

test('residual blocks go out with their convolutions, and the rest stays', () => {
  const known = placementModel(quantizableForm(model).model)
  const sites = tensorrt.sites(known, new Set(tensorrt.quantizable(known)), 'int8-symmetric')
  const [plan] = blocksOut.neighbours(planOfSites('all', sites, true), known)
  expect(plan!.name).toBe('all, residual blocks out')
  expect(plan!.weights).toEqual(['first', 'third', 'depthwise', 'head'])
  expect(Object.keys(plan!.pairs)).not.toContain('r1')
})

test('behind a pool that a change of shape follows, the pair is on either side of it, and the Gemm in INT8 with both', () => {
  const known = placementModel(quantizableForm(model).model)
  const sites = tensorrt.sites(known, new Set(tensorrt.quantizable(known)), 'int8-symmetric')
  const { f: _, ...pairs } = planOfSites('all', sites, false).pairs
  const start: PairPlan = {
    name: 'all',
    pairs: { ...pairs, c4: [{ node: 'pool', input: 0 }] },
    weights: ['first'],
    half: false,
  }
  const plans = pairsBehindPools.neighbours(start, known)
  expect(plans).toEqual([
    {
      ...start,
      name: 'all, pairs behind pools (1)',
      pairs: { ...start.pairs, f: [{ node: 'head', input: 0 }] },
      weights: ['first', 'head'],
    },
    {
      ...start,
      name: 'all, pairs behind pools (1), before a change of shape',
      pairs: { ...start.pairs, p: [{ node: 'flat', input: 0 }] },
      weights: ['first', 'head'],
    },
  ])
  // There already.
  for (const plan of plans) expect(pairsBehindPools.neighbours(plan, known)).toEqual([])
})
