import { create } from '@bufbuild/protobuf'
import { StringStringEntryProtoSchema, type TensorProto } from '../onnx_pb.ts'

/** Where the elements of a tensor lie in a file beside the model. */
export interface DataLocation {
  /** In a file: relative to the model. In memory, once the file was found: absolute. */
  readonly location: string
  /** Bytes from the beginning of the file. */
  readonly offset: number
  /** Bytes; undefined for all that follows. */
  readonly length: number | undefined
}

/** What a tensor says about where its elements lie; NaN for what is no count of bytes. */
export function dataLocation({ externalData }: TensorProto): DataLocation {
  const entries = new Map(externalData.map(({ key, value }) => [key, value]))
  const length = entries.get('length')
  return {
    location: entries.get('location') ?? '',
    offset: bytes(entries.get('offset') ?? '0'),
    length: length === undefined ? undefined : bytes(length),
  }
}

/** The same as entries of a tensor. */
export function locationEntries(at: Required<DataLocation>): TensorProto['externalData'] {
  return (['location', 'offset', 'length'] as const).map(key =>
    create(StringStringEntryProtoSchema, { key, value: String(at[key]) }),
  )
}

function bytes(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}
