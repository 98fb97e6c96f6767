import { create } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { TensorProto_DataType as DataType, TensorProtoSchema } from '../../src/onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorData, tensorShape } from '../../src/onnx/tensor.ts'

describe('raw data', () => {
  test.each([
    Float32Array.of(1.5, -2),
    Float64Array.of(Math.PI, 0),
    Int8Array.of(-128, 127),
    Uint8Array.of(0, 255),
    Int16Array.of(-32768, 1),
    Uint16Array.of(65535, 1),
    Int32Array.of(-(2 ** 31), 1),
    Uint32Array.of(2 ** 32 - 1, 1),
    BigInt64Array.of(-(2n ** 63n), 1n),
    BigUint64Array.of(2n ** 64n - 1n, 1n),
  ])('%O comes back', data => {
    const tensor = makeTensor('t', [2, 1], data)
    expect(tensorData(tensor)).toEqual(data)
    expect(tensorShape(tensor)).toEqual([2, 1])
  })

  test('at an odd offset of a Buffer, as a file gives it', () => {
    const file = Buffer.concat([Buffer.of(9), Buffer.from(Float32Array.of(1, 2, 3).buffer)])
    const rawData = file.subarray(1)
    const tensor = create(TensorProtoSchema, { dims: [3n], dataType: DataType.FLOAT, rawData })
    expect(tensorData(tensor)).toEqual(Float32Array.of(1, 2, 3))
  })
})

test('typed fields', () => {
  const int8 = create(TensorProtoSchema, { dims: [2n], dataType: DataType.INT8, int32Data: [-5, 5] })
  expect(tensorData(int8)).toEqual(Int8Array.of(-5, 5))
  const float = create(TensorProtoSchema, { dims: [1n], dataType: DataType.FLOAT, floatData: [0.5] })
  expect(tensorData(float)).toEqual(Float32Array.of(0.5))
})

test('16-bit floats', () => {
  // IEEE 754: 1, -2, largest half, smallest subnormal, infinity. bfloat16: 1, -2, pi cut to 8 bits.
  const half = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00)
  const halfTensor = Object.assign(makeTensor('h', [5], half), { dataType: DataType.FLOAT16 })
  expect([...floatData(halfTensor)]).toEqual([1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY])
  const brain = Uint16Array.of(0x3f80, 0xc000, 0x4049)
  const brainTensor = Object.assign(makeTensor('b', [3], brain), { dataType: DataType.BFLOAT16 })
  expect([...floatData(brainTensor)]).toEqual([1, -2, 3.140625])
})

test('a tensor whose data does not fit its shape or type is refused', () => {
  const short = makeTensor('t', [3], Float32Array.of(1))
  expect(() => tensorData(short)).toThrow(InputError)
  expect(() => tensorData(short)).toThrow('tensor t has 1 elements, but its shape [3] needs 3')
  const broken = create(TensorProtoSchema, {
    name: 't',
    dataType: DataType.FLOAT,
    rawData: Uint8Array.of(1, 2),
  })
  expect(() => tensorData(broken)).toThrow('tensor t (FLOAT) has a broken element')
  const text = create(TensorProtoSchema, { name: 't', dataType: DataType.STRING })
  expect(() => tensorData(text)).toThrow('tensor t (STRING) has an element type that quantract does not read')
})
