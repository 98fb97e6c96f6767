import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultTarget } from '../../../src/backends/resolve-target.ts'
import { allInt8 } from '../../../src/builder/tuner/candidates.ts'
import type { CostModel } from '../../../src/builder/tuner/cost-model.ts'
import { fusibleNodes } from '../../../src/builder/tuner/fusible-nodes.ts'
import { measureCosts } from '../../../src/builder/tuner/measure-costs.ts'
import { neighbourPlans } from '../../../src/builder/tuner/neighbour-plans.ts'
import { proposePlans } from '../../../src/builder/tuner/propose-plans.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { placementModel } from '../../../src/quantize/placement.ts'
import { onnxruntime } from '../../../src/quantize/placements/onnxruntime.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../../src/quantize/quantize-model.ts'
import { buildModel, conv, randomFeed } from '../../support/models/model-builder.ts'
import { residual, silu } from '../../support/models/tiny-models.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { unitRanges } from '../../support/unit-ranges.ts'

/** Asks the runtime what fuses and what it costs, as the implicit builder does. */
async function measure(float: ModelProto): Promise<{ fusible: string[]; costs: CostModel }> {
  const directory = await temporaryDirectory()
  const form = quantizableForm(float)
  const { model } = form
  const ranges = unitRanges(model)
  let written = 0
  const write = async (int8: ReadonlySet<string>) => {
    const path = join(directory, `${written++}.onnx`)
    const precision = ({ name }: { name: string }) => (int8.has(name) ? 'int8' : 'float')
    await writeModel(quantizeModel(form, { ranges, precision }), path)
    return path
  }
  const nodes = onnxruntime.quantizable(placementModel(model))
  const fusible = await fusibleNodes(nodes, write, { target: defaultTarget })
  const feeds = [randomFeed('x', [1, 4, 8, 8])]
  const costs = await measureCosts(model, fusible, {
    write,
    feeds,
    target: defaultTarget,
    directory,
    seconds: 1,
  })
  return { fusible: [...fusible], costs }
}

/** Regions as the names of their nodes; tensors as `producer > consumers`, `float` for readers without INT8 kernel. */
function describeCosts({ regions, boundaries }: CostModel) {
  const name = (region: number | undefined) =>
    region === undefined ? 'float' : regions[region]!.nodes.join('+')
  return {
    regions: regions.map((_, region) => name(region)),
    tensors: boundaries.map(
      ({ tensor, producer, consumers, floatReaders }) =>
        `${tensor}: ${name(producer)} > ${[...consumers.map(name), ...Array(floatReaders).fill('float')].join(', ')}`,
    ),
  }
}

test('layers that one kernel computes in float are one region; every change of precision has a price', async () => {
  const { fusible, costs } = await measure(residual())
  expect(fusible).toEqual(['stem', 'branch', 'add', 'head'])
  expect(describeCosts(costs)).toEqual({
    regions: ['stem', 'branch+add', 'head'],
    tensors: ['x: float > stem', 'r: stem > branch+add', 'p: branch+add > head', 'y: head > float'],
  })
  for (const { microseconds } of costs.regions) {
    expect(microseconds.float).toBeGreaterThan(0)
    expect(microseconds.int8).toBeGreaterThan(0)
  }
  for (const { producer, quantize, dequantize } of costs.boundaries) {
    expect(quantize).toBeGreaterThan(0)
    if (producer !== undefined) expect(dequantize).toBeGreaterThan(0)
  }
})

test('Sigmoid and Mul of a SiLU are one region', async () => {
  const { costs } = await measure(silu())
  expect(describeCosts(costs)).toEqual({
    regions: ['conv', 'sigmoid+mul'],
    tensors: ['x: float > conv', 'c: conv > sigmoid+mul', 'y: sigmoid+mul > float'],
  })
})

test('a node that the runtime does not run in INT8 is left out, and what is around it stays', async () => {
  const [stem, head] = [conv('stem', 'x', 'c', [4, 8]), conv('head', 'h', 'y', [8, 4])]
  const { fusible, costs } = await measure(
    buildModel({
      inputs: { x: [1, 4, 8, 8] },
      outputs: ['y'],
      nodes: [...stem.nodes, makeNode('HardSwish', 'hardswish', ['c'], ['h']), ...head.nodes],
      initializers: [...stem.initializers, ...head.initializers],
    }),
  )
  expect(fusible).toEqual(['stem', 'head'])
  expect(describeCosts(costs).tensors).toEqual([
    'x: float > stem',
    'c: stem > float',
    'h: float > head',
    'y: head > float',
  ])
})

const chain: CostModel = {
  regions: [
    { nodes: ['a'], microseconds: { float: 9, int8: 1 } },
    { nodes: ['b', 'b2'], microseconds: { float: 1, int8: 2 } },
    { nodes: ['c'], microseconds: { float: 9, int8: 1 } },
  ],
  boundaries: [
    { tensor: 'ab', producer: 0, consumers: [1], floatReaders: 0, quantize: 0.5, dequantize: 0.45 },
    { tensor: 'bc', producer: 1, consumers: [2], floatReaders: 0, quantize: 0.5, dequantize: 0.45 },
  ],
}

test('plans are proposed for crossings that cost a little more or less', () => {
  expect(proposePlans(chain).map(({ name, int8 }) => [name, [...int8].join(' ')])).toEqual([
    ['least cost', 'a c'],
    ['least cost with crossings at 110%', 'a b b2 c'],
  ])
})

test('neighbours differ in one region or in two that touch, and the cheapest come first', () => {
  const plan = { name: `${allInt8}; x in float`, int8: new Set(['a', 'b', 'b2', 'c']) }
  expect(neighbourPlans(chain, plan, 2).map(({ name, int8 }) => [name, [...int8].join(' ')])).toEqual([
    ['all INT8; b2 in float', 'a c'],
    ['all INT8; b2 in float, c in float', 'a'],
  ])
})
