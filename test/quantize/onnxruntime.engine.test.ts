import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openEngines } from '../../src/backends/onnxruntime/session/open-engines.ts'
import { calibrate } from '../../src/calibration/calibrate.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { operators } from '../support/describe-graph.ts'
import { buildModel } from '../support/models/model-builder.ts'
import { convRelu, convRelu6, gemm, matMulAdd, residual, silu } from '../support/models/tiny-models.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { allowed, runPlacements } from './run-placements.ts'

const image = [1, 4, 8, 8]

describe('every placement runs, and gives what the float model gives', () => {
  test.each([
    ['Conv, Relu', convRelu(), image, { QLinearConv: 1 }],
    ['Conv, Clip', convRelu6(), image, { QLinearConv: 1 }],
    ['SiLU', silu(), image, { QLinearConv: 1, QLinearSigmoid: 1, QLinearMul: 1 }],
    ['residual', residual(), image, { QLinearConv: 3, QLinearAdd: 1 }],
    ['Gemm', gemm(), [1, 16], { QGemm: 2 }],
    ['MatMul, Add', matMulAdd(), [1, 16], { QLinearMatMul: 1, QLinearAdd: 1 }],
  ] as const)('%s', async (_, model, shape, integer) => {
    const { errors, fused } = await runPlacements(model, shape)
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
    const { errors, fused } = await runPlacements(model, image, ['onnxruntime', 'everywhere'])
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
  await writeModel(quantizeModel(quantizableForm(await readModel(path)), { ranges }), model)
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
