import { readFile, stat } from 'node:fs/promises'
import { fromBinary } from '@bufbuild/protobuf'
import { InputError } from '../errors.ts'
import { findExternalData } from './external-data/external-data.ts'
import { type ModelProto, ModelProtoSchema } from './onnx_pb.ts'

export interface ReadOptions {
  /**
   * Path of the model in whose folder the external data lies; default: this one. `false` leaves tensors that lie in external
   * files without elements, for those who only look at the graph.
   */
  readonly dataBeside?: string | false
  /** The model that a runtime made this one of: what messages are about. */
  readonly optimizedFrom?: string
  /** Whether the graph may have no nodes: one of ours that is timed as the least that an inference takes. */
  readonly mayBeEmpty?: boolean
}

/**
 * Reads an ONNX file and finds its external data: large weights stay there until their elements are asked for.
 *
 * @throws InputError if a file is missing, is no ONNX model, or is cut off
 */
export async function readModel(path: string, options: ReadOptions = {}): Promise<ModelProto> {
  const { dataBeside = path } = options
  const model = parseModel(await contentOf(path), path, options)
  if (dataBeside !== false) await findExternalData(model, dataBeside)
  return model
}

async function contentOf(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path)
    // To open a pipe would be to wait for whoever writes into it.
    if (found.isFile() || found.isDirectory()) return await readFile(path)
  } catch (error) {
    throw new InputError(whyUnreadable(path, error as NodeJS.ErrnoException))
  }
  throw new InputError(`${path} is no plain file: give the path of the model file`)
}

/**
 * Parses the bytes of an ONNX file. The model shares memory with `bytes`.
 *
 * @param source what to call the model in messages, usually its path
 * @throws InputError if the bytes are no ONNX model
 */
export function parseModel(
  bytes: Uint8Array,
  source: string,
  options: Omit<ReadOptions, 'dataBeside'> = {},
): ModelProto {
  const begins = new TextDecoder('latin1').decode(bytes.subarray(0, 64))
  if (bytes.length === 0) throw new InputError(`${source} is empty: export the model again`)
  if (begins.startsWith('version https://git-lfs')) {
    throw new InputError(`${source} is a Git LFS pointer, not the model: run git lfs pull`)
  }
  let model: ModelProto
  try {
    model = fromBinary(ModelProtoSchema, bytes)
  } catch {
    // Every exporter writes ir_version first, with tag 8: a file that starts so was an ONNX model once.
    const advice =
      bytes[0] === 8
        ? 'is cut off or damaged: copy or export it again'
        : 'is not an ONNX model: give a file that an exporter wrote (*.onnx)'
    throw new InputError(`${source} ${advice}`)
  }
  return checked(model, source, options)
}

/** The minimum without which nothing else here makes sense; the runtime checks the rest. */
function checked(
  model: ModelProto,
  source: string,
  { optimizedFrom, mayBeEmpty = false }: Omit<ReadOptions, 'dataBeside'>,
): ModelProto {
  if (!model.graph) {
    throw new InputError(`${source} is not an ONNX model: give a file that an exporter wrote (*.onnx)`)
  }
  if (model.graph.node.length === 0 && optimizedFrom !== undefined) {
    throw new InputError(
      `${optimizedFrom}: none of its nodes depends on an input, so nothing is left to run: check how it was exported`,
    )
  }
  if (model.graph.node.length === 0 && !mayBeEmpty) {
    throw new InputError(`${source} has a graph without nodes: export the model again`)
  }
  if (model.opsetImport.length === 0) {
    throw new InputError(`${source} does not say which operator set it uses: export the model again`)
  }
  return model
}

function whyUnreadable(path: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `${path} does not exist: check the path of the model`
  if (code === 'EISDIR') return `${path} is a folder: give the path of the model file in it`
  if (code === 'ERR_FS_FILE_TOO_LARGE') {
    return `${path} is larger than 2 GB, the limit of ONNX files: save the model with external data`
  }
  return `${path} cannot be read: ${message}`
}
