import { createHash } from 'node:crypto'
import { InputError } from '../../errors.ts'
import type { NdArray } from '../ndarray.ts'
import type { SampleFunction } from '../sample-source.ts'
import type { Sample, SampleStream } from './sample-stream.ts'

/**
 * The samples that a function gives. It is called once to count and hash them, and again whenever they are fed.
 *
 * @throws InputError if there are none, or a sample is not arrays of shape [1, ...] by input name
 */
export async function streamFunction(give: SampleFunction, what: string): Promise<SampleStream> {
  const name = `${what} of a function`
  const hash = createHash('sha256')
  let size = 0
  for await (const sample of samplesOf(give, name)) {
    for (const [input, { shape, data }] of sample) {
      hash.update(JSON.stringify([input, shape, data.constructor.name]))
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    }
    size++
  }
  if (size === 0)
    throw new InputError(`${name}: it gives no samples; give a function that starts anew at each call`)
  return { source: 'a function', sha256: hash.digest('hex'), size, samples: () => samplesOf(give, name) }
}

async function* samplesOf(give: SampleFunction, name: string): AsyncGenerator<Sample> {
  let index = 0
  for await (const sample of give()) {
    const arrays = Object.entries(sample).map(([input, array]): [string, NdArray] => {
      check(array, `${name}, sample ${index}, input \`${input}\``)
      return [input, inFloat32(array)]
    })
    yield new Map(arrays)
    index++
  }
}

/** As other sources of float16: JavaScript has an array of it from Node.js 24 on. */
function inFloat32({ shape, data }: NdArray): NdArray {
  const isHalf = data.constructor.name === 'Float16Array'
  return isHalf ? { shape, data: Float32Array.from(data as Float32Array) } : { shape, data }
}

function check(array: NdArray, where: string): void {
  if (!Array.isArray(array?.shape) || !ArrayBuffer.isView(array.data)) {
    throw new InputError(`${where}: give { shape, data } with a typed array`)
  }
  const length = array.shape.reduce((product: number, axis: number) => product * axis, 1)
  if (array.shape[0] !== 1 || length !== array.data.length) {
    throw new InputError(
      `${where} has shape [${array.shape.join(', ')}] and ${array.data.length} elements: a sample has shape [1, ...]`,
    )
  }
}
