import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Feed, FeedTensor, TensorInfo } from '../../../engine/tensor-info.ts'
import { InputError } from '../../../errors.ts'

/** `x.input.1.1.28.28.fp32.raw`: name, direction, dimensions, type. */
const fileName = /^(.+)\.output\.([\d.]+)\.(\w+)\.raw$/

const types: Readonly<Record<string, (bytes: ArrayBuffer) => FeedTensor['data']>> = {
  fp32: bytes => new Float32Array(bytes),
  int32: bytes => new Int32Array(bytes),
  int64: bytes => new BigInt64Array(bytes),
  int8: bytes => new Int8Array(bytes),
  uint8: bytes => new Uint8Array(bytes),
}
/** Bytes of a value. */
const widths: Readonly<Record<string, number>> = { fp32: 4, int32: 4, int64: 8, int8: 1, uint8: 1 }
const namesOfTypes: Readonly<Record<string, string>> = { fp32: 'float32' }

/**
 * Reads what `--dumpRawBindingsToFile` wrote into a folder: exact bits of every output, little-endian.
 *
 * @param outputs what the engine gives, by which names are recognised that no file can have
 * @throws InputError if an output is missing, of another length than it says or of a type that is not known
 */
export async function readRawOutputs(folder: string, outputs: readonly TensorInfo[]): Promise<Feed> {
  // What trtexec did not make is not there: the outputs are missed below.
  const files = (await readdir(folder).catch(() => [])).flatMap(file => {
    const [, name, dimensions, type] = fileName.exec(file) ?? []
    return name === undefined ? [] : [{ file, name, dimensions: dimensions!, type: type! }]
  })
  const read = outputs.map(async ({ name }): Promise<[string, FeedTensor]> => {
    const found = files.find(file => file.name === name || file.name === safe(name))
    if (!found) throw new InputError(`trtexec said PASSED, but wrote no values of output \`${name}\``)
    const toArray = types[found.type]
    if (!toArray) throw new InputError(`output \`${name}\` is of type ${found.type}, which is not read`)
    const shape = found.dimensions.split('.').map(Number)
    const count = shape.reduce((product, size) => product * size, 1)
    const bytes = await readFile(join(folder, found.file))
    if (bytes.length !== count * widths[found.type]!) {
      throw new InputError(
        `trtexec wrote ${bytes.length} bytes as output \`${name}\` of shape ${shape.join('x')} in ${found.type}`,
      )
    }
    const data = toArray(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    )
    return [name, { type: namesOfTypes[found.type] ?? found.type, shape, data }]
  })
  return new Map(await Promise.all(read))
}

/** trtexec replaces what file systems may not take. */
function safe(name: string): string {
  return name.replace(/[^\w.,-]/g, '_')
}
