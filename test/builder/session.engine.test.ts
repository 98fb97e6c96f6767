import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import { makeNode } from '../../src/onnx/node.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { floatWeights } from '../../src/quantize/rewrites/float-weights.ts'
import { quantized } from '../explain/onnxruntime/plant.ts'
import { buildModel, conv } from '../support/models/model-builder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** x -> Conv -> Relu -> Conv -> y */
function float(): ModelProto {
  const [first, last] = [conv('first', 'x', 'a', [4, 16]), conv('last', 'r', 'y', [16, 4])]
  return buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [...first.nodes, makeNode('Relu', 'relu', ['a'], ['r']), ...last.nodes],
    initializers: [...first.initializers, ...last.initializers],
  })
}

/** A Q/DQ file as some tools write it: pairs on activations, weights and biases left to the runtime. */
const withoutWeights = () =>
  floatWeights(quantized(float(), 'onnxruntime'), new Set(['first', 'last'])) as ModelProto

async function built(target: BuildSpec['target'], model = withoutWeights()) {
  const directory = await temporaryDirectory()
  const [plain, qdq] = [join(directory, 'float.onnx'), join(directory, 'qdq.onnx')]
  await writeModel(float(), plain)
  await writeModel(model, qdq)
  const { explicit } = await buildEngines({
    model: plain,
    calibration: 'random',
    variants: { explicit: { quantization: 'explicit', model: qdq } },
    ...(target && { target }),
  })
  return explicit
}

test('what a plain session of the runtime runs in INT8 counts, also if the file leaves it to the runtime', async () => {
  const { operators, notes } = await built(undefined)
  expect({ operators, notes }).toEqual({ operators: { Conv: { total: 2, int8: 2 } }, notes: [] })
})

test.each([
  [{ graphOptimizationLevel: 'basic' }],
  [{ config: { 'session.disable_quant_qdq': '1' } }],
  [{ config: { 'optimization.disable_specified_optimizers': 'WeightBiasQuantization' } }],
] as const)('the session %j of the user counts instead', async session => {
  expect((await built({ session })).operators).toEqual({ Conv: { total: 2, int8: 0 } })
})
