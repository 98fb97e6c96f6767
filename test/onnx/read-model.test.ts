import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { ModelProtoSchema } from '../../src/onnx/onnx_pb.ts'
import { parseModel, readModel } from '../../src/onnx/read-model.ts'
import { floatData } from '../../src/onnx/tensor.ts'
import { convRelu } from '../support/models/tiny-models.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const bytes = toBinary(ModelProtoSchema, convRelu())

test('reads what was built, with weights at any alignment in the file', async () => {
  const path = join(await temporaryDirectory(), 'model.onnx')
  await writeFile(path, bytes)
  const model = await readModel(path)
  expect(model.graph!.node.map(({ opType }) => opType)).toEqual(['Conv', 'Relu'])
  const weights = ({ graph }: typeof model) => graph!.initializer.map(tensor => floatData(tensor))
  expect(weights(model)).toEqual(weights(convRelu()))
})

describe('files that are no models give one sentence', () => {
  test.each([
    ['nothing', '', 'm.onnx is empty: export the model again'],
    ['text', 'import torch\n', 'm.onnx is not an ONNX model: give a file that an exporter wrote (*.onnx)'],
    [
      'a picture',
      '\x89PNG\r\n\x1a\n\0\0\0\rIHDR',
      'm.onnx is not an ONNX model: give a file that an exporter wrote',
    ],
    [
      'a LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0',
      'm.onnx is a Git LFS pointer',
    ],
  ])('%s', (_, content, message) => {
    const parse = () => parseModel(Buffer.from(content, 'latin1'), 'm.onnx')
    expect(parse).toThrow(InputError)
    expect(parse).toThrow(message)
  })

  test('a model cut off inside its graph', () => {
    const parse = () => parseModel(bytes.subarray(0, bytes.length / 2), 'm.onnx')
    expect(parse).toThrow(InputError)
    expect(parse).toThrow('m.onnx is cut off or damaged: copy or export it again')
  })

  test('a missing file and a folder', async () => {
    const directory = await temporaryDirectory()
    const missing = join(directory, 'none.onnx')
    await expect(readModel(missing)).rejects.toThrow(`${missing} does not exist: check the path of the model`)
    await expect(readModel(directory)).rejects.toThrow(`${directory} is a folder`)
  })
})

test('whatever the bytes, the result is a model or an InputError', () => {
  const damaged = fc
    .tuple(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length))
    .map(([position, value, length]) => {
      const copy = bytes.slice(0, length)
      if (position < length) copy[position] = value
      return copy
    })
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array()), content => {
      try {
        expect(parseModel(content, 'm.onnx').graph).toBeDefined()
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
        expect((error as Error).message).toMatch(/^m\.onnx [^\n]+$/)
      }
    }),
  )
})
