import { InputError } from '../errors.ts'
import { copyModel } from './copy-model.ts'
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  type SparseTensorProto,
  type TensorProto,
} from './onnx_pb.ts'
import { makeTensor, tensorData, tensorShape } from './tensor.ts'

/**
 * The same model with sparse initializers of floats written out, those of 16 bits in 32. ONNX Runtime computes with dense weights whatever the file has, and
 * where it writes a model, it stores indices in types that ONNX does not allow.
 */
export function denseInitializers(model: ModelProto): ModelProto {
  if (!model.graph?.sparseInitializer.some(isFloat)) return model
  const dense = copyModel(model)
  const graph = dense.graph!
  graph.initializer = [...graph.initializer, ...graph.sparseInitializer.filter(isFloat).map(denseTensor)]
  graph.sparseInitializer = graph.sparseInitializer.filter(each => !isFloat(each))
  return dense
}

const floats = new Set([DataType.FLOAT, DataType.FLOAT16, DataType.DOUBLE])

function isFloat({ values, indices }: SparseTensorProto): boolean {
  return values !== undefined && indices !== undefined && floats.has(values.dataType)
}

/** Indices are positions in row-major order, [n], or one per axis, [n, rank]. */
function denseTensor({ values, indices, dims }: SparseTensorProto): TensorProto {
  const shape = dims.map(Number)
  const [found, places] = [tensorData(values!), Array.from(tensorData(indices!), Number)]
  const axes = tensorShape(indices!).length === 2 ? shape.length : 1
  const size = shape.reduce((product, length) => product * length, 1)
  const data = new (found.constructor as new (length: number) => typeof found)(size)
  for (let i = 0; i < found.length; i++) {
    const own = places.slice(i * axes, (i + 1) * axes)
    const position =
      axes === 1 ? own[0]! : own.reduce((before, place, axis) => before * shape[axis]! + place, 0)
    if (!(position >= 0 && position < size)) {
      throw new InputError(
        `sparse tensor ${values!.name} has a value at ${own.join(', ')}, outside of its shape [${shape.join(', ')}]: the model is damaged, export it again`,
      )
    }
    data[position] = found[i]!
  }
  return makeTensor(values!.name, shape, data)
}
