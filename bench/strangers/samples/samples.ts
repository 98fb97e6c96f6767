import { readFile, writeFile } from 'node:fs/promises'
import { unzipSync, zipSync } from 'fflate'

/**
 * Samples of one input as the bytes of NumPy's format: the first axis counts samples. Read and cut without the code that
 * is judged, and in every type that a file can have.
 */
export interface Samples {
  /** NumPy's type string, e.g. `<f4`. */
  readonly descr: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

export type SampleSet = ReadonlyMap<string, Samples>

/** Reads an `.npz` file. Throws if it is damaged, is no NumPy archive or has its axes in Fortran's order. */
export async function readSamples(path: string): Promise<SampleSet> {
  const entries = Object.entries(unzipSync(await readFile(path)))
  return new Map(entries.map(([name, bytes]) => [name.replace(/\.npy$/, ''), parse(bytes, path)]))
}

export async function writeSamples(path: string, samples: SampleSet): Promise<void> {
  const entries = [...samples].map(([name, array]) => [`${name}.npy`, format(array)] as const)
  await writeFile(path, zipSync(Object.fromEntries(entries), { level: 1 }))
}

/** The samples from `first` on, `count` of them. */
export function cutSamples(samples: SampleSet, first: number, count: number): SampleSet {
  return new Map(
    [...samples].map(([name, { descr, shape, bytes }]) => {
      const row = bytes.length / shape[0]!
      const cut = bytes.slice(first * row, (first + count) * row)
      return [name, { descr, shape: [count, ...shape.slice(1)], bytes: cut }]
    }),
  )
}

/** How many samples there are, by the first array. */
export function sampleCount(samples: SampleSet): number {
  return [...samples.values()][0]?.shape[0] ?? 0
}

function parse(bytes: Uint8Array, path: string): Samples {
  const long = bytes[6]! > 1
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const start = long ? 12 : 10
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true)
  const header = Buffer.from(bytes.subarray(start, start + length)).toString('latin1')
  const descr = /'descr': *'([^']+)'/.exec(header)?.[1]
  const shape = /'shape': *\(([^)]*)\)/.exec(header)?.[1]
  if (descr === undefined || shape === undefined || /'fortran_order': *True/.test(header)) {
    throw new Error(`${path} is not read here`)
  }
  const sizes = shape.split(',').filter(size => size.trim() !== '')
  return { descr, shape: sizes.map(Number), bytes: bytes.subarray(start + length) }
}

function format({ descr, shape, bytes }: Samples): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`
  const length = Math.ceil((dictionary.length + 11) / 64) * 64 - 10
  const head = Buffer.from(`\x93NUMPY\x01\0  ${dictionary.padEnd(length - 1)}\n`, 'latin1')
  head.writeUInt16LE(length, 8)
  return Buffer.concat([head, bytes])
}
