import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { quantizeFile } from '../../src/builder/quantize-file.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { TensorProto_DataType as DataType, type ModelProto } from '../../src/onnx/onnx_pb.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { type QuantizeOptions, quantizeModel } from '../../src/quantize/quantize-model.ts'
import { floatWeights } from '../../src/quantize/rewrites/float-weights.ts'
import { reduceWeights } from '../../src/quantize/rewrites/reduce-weights.ts'
import { buildModel, randomTensor } from '../support/models/model-builder.ts'
import { sevenBitsFor } from '../support/models/seven-bits.ts'
import { randomFloats } from '../support/random-floats.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { unitRanges } from '../support/unit-ranges.ts'

const layers = ['one', 'two', 'three']

/** The same weights and bias in every layer: a network that is run through several times. */
function repeated(): ModelProto {
  const tensors = ['x', ...layers.map(name => `${name}.out`)]
  return buildModel({
    inputs: { x: [1, 16, 8, 8] },
    outputs: [tensors.at(-1)!],
    nodes: layers.flatMap((name, i) => [
      makeNode('Conv', name, [tensors[i]!, 'w', 'b'], [`${name}.sum`], { pads: [1n, 1n, 1n, 1n] }),
      makeNode('Relu', `${name}.relu`, [`${name}.sum`], [tensors[i + 1]!]),
    ]),
    initializers: [randomTensor('w', [16, 16, 3, 3]), randomTensor('b', [16])],
  })
}

/** Shapes of the initializers of a type that have more than one element. */
const stored = ({ graph }: ModelProto, type: DataType) =>
  graph!.initializer
    .filter(({ dataType, dims }) => dataType === type && dims.length > 1)
    .map(({ dims }) => dims.map(Number))

const weights = [16, 16, 3, 3]
const quantized = (limits: QuantizeOptions['weightLimits'] = new Map()) =>
  quantizeModel(quantizableForm(repeated()), { ranges: unitRanges(repeated()), weightLimits: limits })

describe('one weight that several layers read', () => {
  test('has one INT8 copy, and no float one', () => {
    expect(stored(quantized(), DataType.INT8)).toEqual([weights])
    expect(stored(quantized(), DataType.FLOAT)).toEqual([])
  })

  test('its bias has one int32 copy for layers whose inputs have the same scale', () => {
    const int32 = quantized().graph!.initializer.filter(({ dataType }) => dataType === DataType.INT32)
    // What a Relu writes is never negative, so its steps are half of those of the model's input.
    expect(int32).toHaveLength(2)
  })

  test('stays as it is for a layer in float', () => {
    const model = quantizeModel(quantizableForm(repeated()), {
      ranges: unitRanges(repeated()),
      precision: ({ name }) => (name.startsWith('two') ? 'float' : 'int8'),
    })
    expect(stored(model, DataType.INT8)).toEqual([weights])
    expect(stored(model, DataType.FLOAT)).toEqual([weights])
  })

  test('has a copy more for layers whose weights are narrower, which share that', () => {
    const limits = sevenBitsFor(['one', 'three'])
    for (const model of [quantized(limits), reduceWeights(quantized(), limits)]) {
      expect(stored(model, DataType.INT8)).toEqual([weights, weights])
    }
  })

  test('is one float weight again where its layers go back to float', () => {
    const plain = floatWeights(quantized(), new Set(['one', 'three']))!
    expect(stored(plain, DataType.FLOAT)).toEqual([weights])
  })
})

describe('with a runtime', () => {
  test('every layer runs in INT8 from the one copy', async () => {
    const directory = await temporaryDirectory()
    const [model, out] = [join(directory, 'float.onnx'), join(directory, 'int8.onnx')]
    await writeModel(repeated(), model)
    const samples = [1, 2, 3, 4].map(seed => ({
      x: { shape: [1, 16, 8, 8], data: randomFloats(1024, `${seed}`, 1) },
    }))
    const { engine } = await quantizeFile({
      model,
      calibration: () => samples,
      method: 'minmax',
      variant: { to: 'explicit', placement: 'onnxruntime' },
      out,
    })
    expect(engine!.operators.Conv).toEqual({ total: 3, int8: 3 })
    // Without VNNI, a layer that overflows has narrower weights of its own.
    const narrower = engine!.notes.filter(note => note.includes('overflows on this CPU')).length
    const copies = stored(await readModel(out), DataType.INT8)
    expect(copies.length).toBeLessThanOrEqual(1 + narrower)
    expect(new Set(copies.map(String))).toEqual(new Set([String(weights)]))
    const [bytes, oneCopy] = [(await stat(out)).size, weights.reduce((product, size) => product * size)]
    expect(bytes - (copies.length - 1) * oneCopy).toBeLessThan((await stat(model)).size)
  })
})
