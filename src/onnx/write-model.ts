import { basename } from 'node:path'
import { clearField, toBinary } from '@bufbuild/protobuf'
import { writeAtomically } from '../write-atomically.ts'
import { copyMessage } from './copy-message.ts'
import { dataLocation, locationEntries } from './external-data/data-location.ts'
import { byteLength, elementBytes, elementPieces, liesInFile } from './external-data/element-bytes.ts'
import { linkFile } from './external-data/link-file.ts'
import {
  TensorProto_DataLocation as DataLocation,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from './onnx_pb.ts'
import { usedImports } from './opset/used-imports.ts'

export interface WriteOptions {
  /**
   * Initializers go to a second file, `<path>.data`, where together they have more bytes than this. Default: 0 for a model
   * that has some in external files, `inOneFile` for others.
   */
  readonly externalDataOver?: number
  /**
   * A file that is gone before the files that hold the model's external data can change: they are linked, not copied, as
   * `<path>.0.data`, `<path>.1.data`, ...
   */
  readonly temporary?: boolean
}

/** Bytes of initializers that protobuf can hold: 64 MiB of its 2 GiB are left to everything else. */
export const inOneFile = 2 ** 31 - 2 ** 26

/** The same for a file of ours that nobody else sees: what is serialized is in memory twice, what lies in a file need not be. */
export const ofOurOwn = 2 ** 27

/** Smaller tensors stay in the model: shapes and scales are read without opening the data file. */
const smallestExternalTensor = 1024

/** Offsets are multiples of a page, so that a runtime can map the file instead of copying it. */
const alignment = 4096

/**
 * Writes a model, with external data beside it if it is too large for one file or was read so. Operator sets that no node
 * is of are left out.
 *
 * Each file appears under its name only when it is complete; nothing is left behind on failure. The model is not
 * changed.
 */
export async function writeModel(model: ModelProto, path: string, options: WriteOptions = {}): Promise<void> {
  const initializers = model.graph?.initializer ?? []
  const { temporary } = options
  const usually = temporary ? ofOurOwn : inOneFile
  const { externalDataOver = initializers.some(liesInFile) ? 0 : usually } = options
  const linked = temporary ? await linkedData(initializers, path) : new Map<TensorProto, TensorProto>()
  const total = initializers.reduce((bytes, tensor) => bytes + byteLength(tensor), 0)
  const moved =
    total <= externalDataOver ? [] : initializers.filter(tensor => !linked.has(tensor) && isLarge(tensor))
  const placed = placedData(moved, `${path}.data`)
  // The data first: a model file must never be seen without the data that it points to.
  if (moved.length > 0) await writeAtomically(`${path}.data`, pages(moved))
  const initializer = initializers.map(
    tensor => linked.get(tensor) ?? placed.get(tensor) ?? withElements(tensor),
  )
  const written = copyMessage(model, {
    opsetImport: usedImports(model),
    ...(model.graph && { graph: copyMessage(model.graph, { initializer }) }),
  })
  await writeAtomically(path, toBinary(ModelProtoSchema, written))
}

/** Tensors that lie in files, as they lie in links to these files beside the model. */
async function linkedData(
  initializers: readonly TensorProto[],
  path: string,
): Promise<Map<TensorProto, TensorProto>> {
  const links = new Map<string, string>()
  const linked = new Map<TensorProto, TensorProto>()
  for (const tensor of initializers.filter(liesInFile)) {
    const { location: file, offset } = dataLocation(tensor)
    const link = links.get(file) ?? `${path}.${links.size}.data`
    if (!links.has(file)) await linkFile(file, link)
    links.set(file, link)
    linked.set(tensor, lyingIn(link, offset, tensor))
  }
  return linked
}

/** Tensors as they lie in one file, one after another. */
function placedData(tensors: readonly TensorProto[], file: string): Map<TensorProto, TensorProto> {
  let offset = 0
  return new Map(
    tensors.map(tensor => {
      const placed = lyingIn(file, offset, tensor)
      offset += padded(byteLength(tensor))
      return [tensor, placed]
    }),
  )
}

function lyingIn(file: string, offset: number, tensor: TensorProto): TensorProto {
  const at = { location: basename(file), offset, length: byteLength(tensor) }
  const placed = copyMessage(tensor, {
    dataLocation: DataLocation.EXTERNAL,
    externalData: locationEntries(at),
  })
  clearField(placed, TensorProtoSchema.field.rawData)
  return placed
}

/** A tensor that stays in the model. */
function withElements(tensor: TensorProto): TensorProto {
  if (!liesInFile(tensor)) return tensor
  const loaded = copyMessage(tensor, { rawData: elementBytes(tensor), externalData: [] })
  clearField(loaded, TensorProtoSchema.field.dataLocation)
  return loaded
}

function isLarge(tensor: TensorProto): boolean {
  return byteLength(tensor) >= smallestExternalTensor
}

function* pages(tensors: readonly TensorProto[]): Generator<Uint8Array> {
  for (const tensor of tensors) {
    yield* elementPieces(tensor)
    const length = byteLength(tensor)
    yield new Uint8Array(padded(length) - length)
  }
}

function padded(length: number): number {
  return Math.ceil(length / alignment) * alignment
}
