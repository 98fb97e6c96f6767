import { basename } from 'node:path'
import { create, toBinary } from '@bufbuild/protobuf'
import { writeAtomically } from '../write-atomically.ts'
import { copyModel } from './copy-model.ts'
import {
  TensorProto_DataLocation as DataLocation,
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from './onnx_pb.ts'

export interface WriteOptions {
  /**
   * Initializers go to a second file, `<path>.data`, where together they have more bytes than this. Protobuf cannot
   * hold 2 GiB; the default leaves 64 MiB of it to everything else.
   */
  readonly externalDataOver?: number
}

/** Smaller tensors stay in the model: shapes and scales are read without opening the data file. */
const smallestExternalTensor = 1024

/** Offsets are multiples of a page, so that a runtime can map the file instead of copying it. */
const alignment = 4096

/**
 * Writes a model, with external data beside it if it is too large for one file.
 *
 * Each file appears under its name only when it is complete; nothing is left behind on failure. The model is not
 * changed.
 */
export async function writeModel(model: ModelProto, path: string, options: WriteOptions = {}): Promise<void> {
  const { externalDataOver = 2 ** 31 - 2 ** 26 } = options
  const initializers = model.graph?.initializer ?? []
  const total = initializers.reduce((bytes, { rawData }) => bytes + rawData.length, 0)
  if (total <= externalDataOver) {
    return writeAtomically(path, toBinary(ModelProtoSchema, model))
  }
  const moved = initializers.filter(({ rawData }) => rawData.length >= smallestExternalTensor)
  const dataPath = `${path}.data`
  const slim = withExternalData(model, new Set(moved), basename(dataPath))
  // The data first: a model file must never be seen without the data that it points to.
  await writeAtomically(dataPath, pages(moved))
  await writeAtomically(path, toBinary(ModelProtoSchema, slim))
}

function withExternalData(model: ModelProto, moved: ReadonlySet<TensorProto>, location: string): ModelProto {
  const slim = copyModel(model)
  let offset = 0
  slim.graph!.initializer = slim.graph!.initializer.map(tensor => {
    if (!moved.has(tensor)) return tensor
    const length = tensor.rawData.length
    const entries = { location, offset: String(offset), length: String(length) }
    offset += padded(length)
    return create(TensorProtoSchema, {
      name: tensor.name,
      dims: tensor.dims,
      dataType: tensor.dataType,
      metadataProps: tensor.metadataProps,
      dataLocation: DataLocation.EXTERNAL,
      externalData: Object.entries(entries).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      ),
    })
  })
  return slim
}

function* pages(tensors: readonly TensorProto[]): Generator<Uint8Array> {
  for (const { rawData } of tensors) {
    yield rawData
    yield new Uint8Array(padded(rawData.length) - rawData.length)
  }
}

function padded(length: number): number {
  return Math.ceil(length / alignment) * alignment
}
