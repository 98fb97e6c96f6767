import type { GraphIndex } from './graph.ts'
import { TensorProto_DataType as DataType } from './onnx_pb.ts'

/** Element types by the names that ONNX Runtime's JavaScript interface gives them. */
const typeNames = new Map<DataType, string>([
  [DataType.FLOAT, 'float32'],
  [DataType.DOUBLE, 'float64'],
  [DataType.FLOAT16, 'float16'],
  [DataType.BFLOAT16, 'bfloat16'],
  [DataType.INT8, 'int8'],
  [DataType.UINT8, 'uint8'],
  [DataType.INT16, 'int16'],
  [DataType.UINT16, 'uint16'],
  [DataType.INT32, 'int32'],
  [DataType.UINT32, 'uint32'],
  [DataType.INT64, 'int64'],
  [DataType.UINT64, 'uint64'],
  [DataType.BOOL, 'bool'],
  [DataType.STRING, 'string'],
])

/** The element type that ONNX Runtime's JavaScript interface calls so. */
export function dataTypeOf(name: string): DataType | undefined {
  return [...typeNames].find(([, known]) => known === name)?.[0]
}

/** Name, element type and shape of every tensor that a model is fed; a dimension that is free has a name, or ''. */
export function inputInfos({ inputs }: GraphIndex) {
  return inputs.flatMap(({ name, type }) => {
    if (type?.value.case !== 'tensorType') return []
    const { elemType, shape } = type.value.value
    const dims = (shape?.dim ?? []).map(({ value }) => {
      if (value.case !== 'dimValue') return value.value ?? ''
      // Exporters write -1 for what is free, and the runtime takes it as such.
      return value.value < 0n ? '' : Number(value.value)
    })
    return [{ name, type: typeNames.get(elemType) ?? `element type ${elemType}`, shape: dims }]
  })
}
