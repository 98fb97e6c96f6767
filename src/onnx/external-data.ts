import { open } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize, sep } from 'node:path'
import { clearField } from '@bufbuild/protobuf'
import { InputError } from '../errors.ts'
import { allTensors } from './all-tensors.ts'
import {
  TensorProto_DataLocation as DataLocation,
  type ModelProto,
  type TensorProto,
  TensorProtoSchema,
} from './onnx_pb.ts'

/** Paths of the files that hold external data of the model at `path`, each once, in the order of first use. */
export function externalFiles(model: ModelProto, path: string): string[] {
  return [...new Set(externalTensors(model).map(tensor => fileOf(tensor, path)))]
}

/**
 * Loads the elements of every tensor that lies in an external file into the model, in place.
 *
 * @throws InputError if a file is missing, too short, or outside the model's folder
 */
export async function loadExternalData(model: ModelProto, path: string): Promise<void> {
  for (const tensor of externalTensors(model)) {
    tensor.rawData = await readElements(tensor, fileOf(tensor, path))
    clearField(tensor, TensorProtoSchema.field.dataLocation)
    tensor.externalData = []
  }
}

function externalTensors(model: ModelProto): TensorProto[] {
  return [...allTensors(model)].filter(({ dataLocation }) => dataLocation === DataLocation.EXTERNAL)
}

/** A model may come from anywhere: it must not make us read files outside its own folder. */
function fileOf(tensor: TensorProto, path: string): string {
  const location = entry(tensor, 'location') ?? ''
  const relative = normalize(location)
  if (!location || isAbsolute(relative) || relative === '..' || relative.startsWith(`..${sep}`)) {
    throw new InputError(
      `${path}: tensor ${tensor.name} points to external data at "${location}", which is outside the model's folder: put the data beside the model and save it again`,
    )
  }
  return join(dirname(path), relative)
}

async function readElements(tensor: TensorProto, file: string): Promise<Uint8Array> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(
      `${file} cannot be read (${error.code}), but tensor ${tensor.name} has its data there: copy it beside the model`,
    )
  })
  try {
    const { size } = await handle.stat()
    const offset = Number(entry(tensor, 'offset') ?? 0)
    const length = Number(entry(tensor, 'length') ?? size - offset)
    const inside = offset >= 0 && length >= 0 && offset + length <= size
    const bytes = new Uint8Array(inside ? length : 0)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset)
    if (!inside || bytesRead !== length) {
      throw new InputError(
        `${file} has ${size} bytes, but tensor ${tensor.name} lies beyond them: copy it again beside the model`,
      )
    }
    return bytes
  } finally {
    await handle.close()
  }
}

function entry(tensor: TensorProto, key: string): string | undefined {
  return tensor.externalData.find(pair => pair.key === key)?.value
}
