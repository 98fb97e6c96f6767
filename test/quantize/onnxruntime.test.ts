import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { calibrate } from '../../src/calibration/calibrate.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { openEngines } from '../../src/engine/onnxruntime/open-engines.ts'
import type { Feed } from '../../src/engine/tensor-info.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { placements } from '../../src/quantize/placements.ts'
import { quantizableNodes } from '../../src/quantize/quantizable-nodes.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { reduceWeights } from '../../src/quantize/reduce-weights.ts'
import { operators } from '../support/describe-graph.ts'
import { buildModel, randomFeed } from '../support/model-builder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { convRelu, convRelu6, gemm, matMulAdd, residual, silu } from '../support/tiny-models.ts'

const names = Object.keys(placements) as (keyof typeof placements)[]
const image = [1, 4, 8, 8]

/** Runs Q/DQ nodes as they are, in float. */
const inFloat = { 'session.disable_quant_qdq': '1' }

/**
 * Largest error that an engine may have, relative to the float model. On CPUs without VNNI integer kernels overflow
 * with 8-bit weights (that is what 7 bits are for), so those are judged by what they give in float arithmetic.
 */
function allowed(id: string): number {
  if (id === 'float') return 0
  if (id.endsWith('in float')) return 0.02
  return /7 bits|reduced/.test(id) ? 0.04 : 1
}

/** Runs the float model and every placement of it, each with 8 and with 7 bits, on the ONNX Runtime that is installed. */
async function run(model: ModelProto, shape: readonly number[], variants = names) {
  const directory = await temporaryDirectory()
  const file = (name: string) => join(directory, `${name}.onnx`)
  await writeModel(model, file('float'))
  const feeds = ['a', 'b', 'c', 'd'].map(seed => randomFeed('x', shape, seed))
  const ranges = await calibrate({
    model: file('float'),
    data: dataset(feeds),
    method: 'minmax',
    grid: 'uint8',
  })

  const models = new Map([['float', model]])
  for (const placement of variants) {
    const quantized = quantizeModel(model, { ranges, placement })
    const weighted = quantizableNodes(model, placement).filter(({ op }) => /Conv|Gemm|MatMul/.test(op))
    const sevenBits = new Set(weighted.map(({ name }) => name))
    models.set(placement, quantized)
    models.set(`${placement} with 7 bits`, quantizeModel(model, { ranges, placement, sevenBits }))
    models.set(`${placement} reduced`, reduceWeights(quantized, sevenBits))
  }
  for (const [name, quantized] of models) await writeModel(quantized, file(name))
  const engines = await openEngines([
    ...[...models.keys()].map(id => ({
      id,
      model: file(id),
      settings: { threads: 1, optimizedModelPath: file(`${id} optimized`) },
    })),
    ...variants.map(id => ({
      id: `${id} in float`,
      model: file(id),
      settings: { threads: 1, config: inFloat },
    })),
  ])
  const infer = async (id: string) => {
    const outputs = await engines.infer(id, feeds)
    return outputs.map(output => output.get('y')!.data as Float32Array)
  }
  const float = await infer('float')
  const errors = new Map<string, number>()
  for (const id of engines.signatures.keys()) errors.set(id, relativeError(await infer(id), float))
  await engines.stop()
  return { errors, fused: async (id: string) => operators(await readModel(file(`${id} optimized`))) }
}

function dataset(feeds: readonly Feed[]): Dataset {
  const tensors = feeds.map(feed => feed.get('x')!)
  const shape = [feeds.length, ...tensors[0]!.shape.slice(1)]
  const data = Float32Array.from(tensors.flatMap(tensor => [...(tensor.data as Float32Array)]))
  return { source: 'test', sha256: '', size: feeds.length, inputs: new Map([['x', { shape, data }]]) }
}

/** Root mean square of the difference, relative to that of the float model's output. */
function relativeError(outputs: readonly Float32Array[], expected: readonly Float32Array[]): number {
  const values = outputs.flatMap(output => [...output])
  const wanted = expected.flatMap(output => [...output])
  const power = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value ** 2, 0)
  return Math.sqrt(power(values.map((value, i) => value - wanted[i]!)) / power(wanted))
}

describe('every placement runs, and gives what the float model gives', () => {
  test.each([
    ['Conv, Relu', convRelu(), image, { QLinearConv: 1 }],
    ['Conv, Clip', convRelu6(), image, { QLinearConv: 1 }],
    ['SiLU', silu(), image, { QLinearConv: 1, QLinearSigmoid: 1, QLinearMul: 1 }],
    ['residual', residual(), image, { QLinearConv: 3, QLinearAdd: 1 }],
    ['Gemm', gemm(), [1, 16], { QGemm: 2 }],
    ['MatMul, Add', matMulAdd(), [1, 16], { QLinearMatMul: 1, QLinearAdd: 1 }],
  ] as const)('%s', async (_, model, shape, integer) => {
    const { errors, fused } = await run(model, shape)
    for (const [id, error] of errors) {
      if (id !== 'float') expect(error, id).toBeGreaterThan(0)
      expect(error, id).toBeLessThanOrEqual(allowed(id))
    }
    // `onnxruntime` fuses every layer: no other operator is left but the copies at the ends.
    const operators = await fused('onnxruntime')
    expect(operators).toMatchObject(integer)
    for (const op of ['Conv', 'FusedConv', 'Relu', 'Clip', 'Sigmoid', 'Mul', 'Add', 'Gemm', 'MatMul']) {
      expect(operators).not.toHaveProperty(op)
    }
    expect(await fused('onnxruntime reduced')).toEqual(operators)
    // TensorRT's placement has no Q on the outputs of convolutions: ONNX Runtime fuses none of them.
    expect(await fused('tensorrt')).not.toHaveProperty('QLinearConv')
  })
})

test.each([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])(
  'opset %i runs in INT8 with one scale per channel, and gives what the float model gives',
  async opset => {
    const { node: nodes, initializer: initializers } = silu().graph!
    const model = buildModel({
      inputs: { x: image },
      outputs: ['y'],
      nodes,
      initializers,
      opset,
      irVersion: 10,
    })
    const { errors, fused } = await run(model, image, ['onnxruntime', 'everywhere'])
    for (const [id, error] of errors) expect(error, id).toBeLessThanOrEqual(allowed(id))
    expect(await fused('onnxruntime')).toMatchObject({ QLinearConv: 1, QLinearSigmoid: 1, QLinearMul: 1 })
  },
)

test('every layer of the PyTorch example fuses', async () => {
  const directory = await temporaryDirectory()
  const path = 'examples/pytorch-digits/digits.onnx'
  const data = await loadDataset(
    { npz: 'examples/pytorch-digits/data/calibration.npz', limit: 8 },
    'calibration',
  )
  const ranges = await calibrate({ model: path, data, method: 'minmax', grid: 'uint8' })
  const model = join(directory, 'int8.onnx')
  const optimizedModelPath = join(directory, 'optimized.onnx')
  await writeModel(quantizeModel(await readModel(path), { ranges }), model)
  const engines = await openEngines([{ id: 'int8', model, settings: { threads: 1, optimizedModelPath } }])
  await engines.stop()
  const { Transpose, ...fused } = operators(await readModel(optimizedModelPath))
  expect(fused).toEqual({
    QuantizeLinear: 1,
    QLinearConv: 6,
    QLinearSigmoid: 6,
    QLinearMul: 6,
    QLinearAdd: 2,
    QLinearGlobalAveragePool: 1,
    Flatten: 1,
    QGemm: 1,
  })
  // The layout changes at the ends of the integer part only, not at each layer.
  expect(Transpose).toBeLessThanOrEqual(3)
})
