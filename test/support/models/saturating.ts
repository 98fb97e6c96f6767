import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeNode } from '../../../src/onnx/node.ts'
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { writeNpz } from '../npz/write-npz.ts'
import { randomFloats } from '../random-floats.ts'
import { buildModel, tensor } from './model-builder.ts'

const channels = 4

/**
 * A classifier whose first layer saturates where pairs of U8 x S8 products are added in 16 bits, and whose last does
 * not: x [n, 4, size, size] -> Conv `sums` -> Relu -> GlobalAveragePool -> Conv `contrast` -> y [n, 4].
 *
 * Class k has a white channel k among grey ones. With 255 and 190 for white and grey, 127 and 76 for the two weights,
 * the pair of products of the brightest channel is 255 x 127 + 190 x 76 = 46,825: more than 32,767, at which all of them
 * end. Half the weights, as with 7 bits, give 23,413.
 */
export function saturatingModel(size = 8): ModelProto {
  const matrix = (own: number, other: number, taps: number) =>
    Float32Array.from({ length: channels * channels * taps }, (_, i) => {
      const [output, input] = [Math.floor(i / taps / channels), Math.floor(i / taps) % channels]
      return output === input ? own : other
    })
  return buildModel({
    inputs: { x: ['n', channels, size, size] },
    outputs: ['y'],
    nodes: [
      makeNode('Conv', 'sums', ['x', 'w1', 'b1'], ['s'], { kernel_shape: [3n, 3n], pads: [1n, 1n, 1n, 1n] }),
      makeNode('Relu', 'relu', ['s'], ['r']),
      makeNode('GlobalAveragePool', 'pool', ['r'], ['p']),
      makeNode('Conv', 'contrast', ['p', 'w2', 'b2'], ['c'], { kernel_shape: [1n, 1n] }),
      makeNode('Flatten', 'flatten', ['c'], ['y']),
    ],
    initializers: [
      tensor('w1', [channels, channels, 3, 3], matrix(1, 0.6, 9)),
      tensor('b1', [channels], new Float32Array(channels)),
      tensor('w2', [channels, channels, 1, 1], matrix(1, -1 / 3, 1)),
      tensor('b2', [channels], new Float32Array(channels)),
    ],
  })
}

/** Labelled samples for it. */
export async function writeSaturatingData(path: string, samples: number, size = 8): Promise<void> {
  const labels = Int32Array.from({ length: samples }, (_, i) => i % channels)
  const pixels = size * size
  const noise = randomFloats(samples * channels * pixels, 'noise', 0.02)
  const x = noise.map((value, i) => {
    const [sample, channel] = [Math.floor(i / pixels / channels), Math.floor(i / pixels) % channels]
    return Math.min(1, (channel === labels[sample] ? 0.99 : 0.745) + value)
  })
  await writeNpz(path, {
    x: { shape: [samples, channels, size, size], data: x },
    label: { shape: [samples], data: labels },
  })
}

/** A folder with it, data for it, and a contract about it that goes through every stage of a run; gives its path. */
export async function writeSaturatingContract(
  folder: string,
  clauses: readonly string[],
  { name = 'a', buildTime = 2 } = {},
): Promise<string> {
  const contract = join(folder, `${name}.contract.json`)
  await writeModel(saturatingModel(), join(folder, 'model.onnx'))
  await writeSaturatingData(join(folder, 'data.npz'), 64)
  const written = {
    title: 'a classifier',
    model: 'model.onnx',
    data: { calibration: { npz: 'data.npz', limit: 16 }, evaluation: { npz: 'data.npz' } },
    variants: {
      fp32: { quantization: 'none' },
      int8: { quantization: 'explicit', placement: 'onnxruntime' },
      implicit: { quantization: 'implicit' },
    },
    budget: 1,
    buildTime,
    clauses,
  }
  await writeFile(contract, JSON.stringify(written))
  return contract
}
