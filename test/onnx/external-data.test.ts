import { mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { dataLocation, locationEntries } from '../../src/onnx/external-data/data-location.ts'
import { liesInFile } from '../../src/onnx/external-data/element-bytes.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { TensorProto_DataLocation as DataLocation, ModelProtoSchema } from '../../src/onnx/onnx_pb.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { floatData } from '../../src/onnx/tensor.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { buildModel, randomTensor } from '../support/models/model-builder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** x [1, 128] -> Gemm -> y, with weights of 64 kB, and a bias of 512 bytes. */
const product = () =>
  buildModel({
    inputs: { x: [1, 128] },
    outputs: ['y'],
    nodes: [makeNode('Gemm', 'head', ['x', 'w', 'b'], ['y'])],
    initializers: [randomTensor('w', [128, 128]), randomTensor('b', [128])],
  })

const floats = ({ graph }: Awaited<ReturnType<typeof readModel>>) => graph!.initializer.map(floatData)

/** A model whose every tensor lies in a file of its own, in a folder beside it. */
async function inManyFiles(directory: string): Promise<string> {
  const model = product()
  await mkdir(join(directory, 'weights'))
  for (const tensor of model.graph!.initializer) {
    const location = `weights/${tensor.name}.bin`
    await writeFile(join(directory, location), Buffer.concat([Buffer.alloc(8), tensor.rawData]))
    tensor.externalData = locationEntries({ location, offset: 8, length: tensor.rawData.length })
    tensor.dataLocation = DataLocation.EXTERNAL
    tensor.rawData = new Uint8Array()
  }
  const path = join(directory, 'model.onnx')
  await writeFile(path, toBinary(ModelProtoSchema, model))
  return path
}

test('small tensors are loaded, large ones stay in their file until somebody asks', async () => {
  const directory = await temporaryDirectory()
  const path = await inManyFiles(directory)
  const model = await readModel(path)
  expect(model.graph!.initializer.map(liesInFile)).toEqual([true, false])
  expect(floats(model)).toEqual(floats(product()))

  await rename(join(directory, 'weights'), join(directory, 'elsewhere'))
  const [weights] = model.graph!.initializer
  expect(() => floatData(weights!)).toThrow(`${join(directory, 'weights', 'w.bin')} cannot be read`)
  expect(() => floatData(weights!)).toThrow(InputError)
})

test('what was read from several files is written to one, whose name alone is in the model', async () => {
  const path = await inManyFiles(await temporaryDirectory())
  const copy = join(await temporaryDirectory(), 'copy.onnx')
  await writeModel(await readModel(path), copy)
  expect(floats(await readModel(copy))).toEqual(floats(product()))
  const { graph } = await readModel(copy, { dataBeside: false })
  expect(dataLocation(graph!.initializer[0]!)).toEqual({
    location: 'copy.onnx.data',
    offset: 0,
    length: 2 ** 16,
  })
})

test('a temporary model shares the data of the one that it was made from', async () => {
  const path = await inManyFiles(await temporaryDirectory())
  const temporary = join(await temporaryDirectory(), 'temporary.onnx')
  for (let times = 0; times < 2; times++)
    await writeModel(await readModel(path), temporary, { temporary: true })
  expect(floats(await readModel(temporary))).toEqual(floats(product()))
  const source = join(path, '..', 'weights', 'w.bin')
  expect((await stat(`${temporary}.0.data`)).ino).toBe((await stat(source)).ino)
  await rm(`${temporary}.0.data`)
  expect(floats(await readModel(path))).toEqual(floats(product()))
})

test('a claim that the file does not hold, and what is no plain file, give one sentence', async () => {
  const directory = await temporaryDirectory()
  const path = await inManyFiles(directory)
  const whole = await readFile(path)
  const [from, to] = [Buffer.from('65536'), Buffer.from('99999')]
  const at = whole.indexOf(from)
  for (const claim of [to, Buffer.from('-9999'), Buffer.from('1e999')]) {
    await writeFile(path, Buffer.concat([whole.subarray(0, at), claim, whole.subarray(at + 5)]))
    await expect(readModel(path)).rejects.toThrow('has 65544 bytes, but tensor w lies beyond them')
  }
  await writeFile(path, whole)
  const data = join(directory, 'weights', 'w.bin')
  await rm(data)
  await symlink('/dev/zero', data)
  await expect(readModel(path)).rejects.toThrow(`${data} is no plain file, but tensor w has its data there`)
  await rm(path)
  await symlink('/dev/zero', path)
  await expect(readModel(path)).rejects.toThrow(`${path} is no plain file: give the path of the model file`)
})
