import { stat } from 'node:fs/promises'
import { dirname, isAbsolute, normalize, resolve, sep } from 'node:path'
import { clearField } from '@bufbuild/protobuf'
import { InputError } from '../../errors.ts'
import { allTensors } from '../all-tensors.ts'
import {
  type ModelProto,
  TensorProto_DataLocation as Place,
  type TensorProto,
  TensorProtoSchema,
} from '../onnx_pb.ts'
import { dataLocation, locationEntries } from './data-location.ts'
import { elementBytes } from './element-bytes.ts'

/** Smaller tensors are loaded: shapes, scales and biases are asked for again and again. */
const largestLoaded = 2 ** 14

/**
 * Finds the data of every tensor that lies in an external file, in place. Small tensors are loaded; large initializers
 * stay in their file, whose absolute path becomes their location, and are read when somebody asks for their elements
 * (`elementBytes`).
 *
 * @param path of the model, whose folder holds the data
 * @returns absolute paths of the files, each once, in the order of first use
 * @throws InputError if a file is missing, no plain file, too short, or outside the model's folder
 */
export async function findExternalData(model: ModelProto, path: string): Promise<string[]> {
  const initializers = new Set(model.graph?.initializer)
  const sizes = new Map<string, number>()
  for (const tensor of allTensors(model)) {
    if (tensor.dataLocation !== Place.EXTERNAL) continue
    const file = fileOf(tensor, path)
    const size = sizes.get(file) ?? (await sizeOf(file, tensor))
    sizes.set(file, size)
    const { offset, length = size - offset } = dataLocation(tensor)
    if (!(length >= 0 && offset + length <= size)) {
      throw new InputError(
        `${file} has ${size} bytes, but tensor ${tensor.name} lies beyond them: copy it again beside the model`,
      )
    }
    tensor.externalData = locationEntries({ location: file, offset, length })
    if (length > largestLoaded && initializers.has(tensor)) continue
    tensor.rawData = elementBytes(tensor)
    clearField(tensor, TensorProtoSchema.field.dataLocation)
    tensor.externalData = []
  }
  return [...sizes.keys()]
}

/** A model may come from anywhere: it must not make us read files outside its own folder. */
function fileOf(tensor: TensorProto, path: string): string {
  const { location } = dataLocation(tensor)
  const relative = normalize(location)
  if (!location || isAbsolute(relative) || relative === '..' || relative.startsWith(`..${sep}`)) {
    throw new InputError(
      `${path}: tensor ${tensor.name} points to external data at "${location}", which is outside the model's folder: put the data beside the model and save it again`,
    )
  }
  return resolve(dirname(path), relative)
}

async function sizeOf(file: string, { name }: TensorProto): Promise<number> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`
    throw new InputError(`${file} ${why}, but tensor ${name} has its data there: copy it beside the model`)
  })
  // To open a pipe would be to wait for whoever writes into it.
  if (!found.isFile()) {
    throw new InputError(
      `${file} is no plain file, but tensor ${name} has its data there: copy it beside the model`,
    )
  }
  return found.size
}
