import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { findExternalData } from '../../src/onnx/external-data/external-data.ts'
import { ModelProtoSchema } from '../../src/onnx/onnx_pb.ts'
import { parseModel, readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { convRelu, gemm } from '../support/models/tiny-models.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const encode = (model: ReturnType<typeof convRelu>) => Buffer.from(toBinary(ModelProtoSchema, model))

test('a model read and written has the same bytes', async () => {
  const path = join(await temporaryDirectory(), 'model.onnx')
  await writeModel(convRelu(), path)
  const first = await readFile(path)
  await writeModel(await readModel(path), path)
  expect((await readFile(path)).equals(first)).toBe(true)
})

test('fields of a future ONNX survive', async () => {
  // Field 999, a varint with value 42: unknown to this version's schema.
  const unknown = Buffer.from([0xb8, 0x3e, 42])
  const path = join(await temporaryDirectory(), 'model.onnx')
  await writeModel(parseModel(Buffer.concat([encode(convRelu()), unknown]), 'future.onnx'), path)
  expect((await readFile(path)).includes(unknown)).toBe(true)
})

test('external data is written beside the model and read back, and the model in memory stays whole', async () => {
  const directory = await temporaryDirectory()
  const path = join(directory, 'model.onnx')
  const model = gemm()
  const before = encode(model)
  await writeModel(model, path, { externalDataOver: 100 })

  expect((await readdir(directory)).sort()).toEqual(['model.onnx', 'model.onnx.data'])
  expect(encode(model).equals(before)).toBe(true)
  const slim = await readModel(path, { dataBeside: false })
  expect(await findExternalData(slim, path)).toEqual([`${path}.data`])
  expect((await stat(path)).size).toBeLessThan(before.length / 2)
  const whole = join(directory, 'whole.onnx')
  await writeModel(await readModel(path), whole, { externalDataOver: Number.POSITIVE_INFINITY })
  expect((await readFile(whole)).equals(before)).toBe(true)
})

test('external data that is missing, too short or elsewhere gives one sentence', async () => {
  const path = join(await temporaryDirectory(), 'model.onnx')
  await writeModel(gemm(), path, { externalDataOver: 100 })
  await truncate(`${path}.data`, 10)
  await expect(readModel(path)).rejects.toThrow(
    `${path}.data has 10 bytes, but tensor w1 lies beyond them: copy it again beside the model`,
  )

  const moved = await readModel(path, { dataBeside: false })
  for (const location of ['/etc/passwd', '../secret', '']) {
    for (const tensor of moved.graph!.initializer) {
      for (const entry of tensor.externalData) if (entry.key === 'location') entry.value = location
    }
    const elsewhere = join(await temporaryDirectory(), 'model.onnx')
    await writeFile(elsewhere, encode(moved))
    await expect(readModel(elsewhere)).rejects.toThrow("which is outside the model's folder")
    await expect(readModel(elsewhere)).rejects.toThrow(InputError)
  }
})

test('a missing data file is named', async () => {
  const path = join(await temporaryDirectory(), 'model.onnx')
  await writeModel(gemm(), path, { externalDataOver: 100 })
  const other = join(await temporaryDirectory(), 'model.onnx')
  await writeFile(other, await readFile(path))
  await expect(readModel(other)).rejects.toThrow(`${other}.data does not exist, but tensor w1`)
})

test('writers at the same time leave one whole model and no other file', async () => {
  const directory = await temporaryDirectory()
  const path = join(directory, 'model.onnx')
  const models = [convRelu(), gemm(), convRelu(), gemm()]
  await Promise.all(models.map(model => writeModel(model, path)))
  expect(await readdir(directory)).toEqual(['model.onnx'])
  const written = encode(await readModel(path))
  expect(models.some(model => encode(model).equals(written))).toBe(true)
})

test('a failed write says why and leaves nothing behind', async () => {
  const directory = await temporaryDirectory()
  const taken = join(directory, 'taken.onnx')
  await mkdir(taken)
  await expect(writeModel(gemm(), taken)).rejects.toThrow(InputError)
  expect(await readdir(directory)).toEqual(['taken.onnx'])
  const nowhere = join(directory, 'none', 'model.onnx')
  await expect(writeModel(gemm(), nowhere)).rejects.toThrow(
    `${nowhere} cannot be written: its folder does not exist: create it first`,
  )
})
