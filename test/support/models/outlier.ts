import { makeNode } from '../../../src/onnx/node.ts'
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { writeNpz } from '../npz/write-npz.ts'
import { randomFloats } from '../random-floats.ts'
import { buildModel, conv, tensor } from './model-builder.ts'

const channels = 8
const size = 16

/**
 * A network whose answers one layer in INT8 destroys: channel 0 of what `wide` gives is a thousand times as large as the
 * others, and `head` does not read it. A range that covers it leaves two or three steps to the others.
 *
 * x [n, 8, 16, 16] -> Conv `stem` -> Relu -> Conv `body` -> Relu -> Conv `wide` -> Conv `head` -> y; body's Relu -> Conv
 * `side` -> s, which no outlier reaches.
 */
export function outlierModel(): ModelProto {
  const layer = (name: string, input: string, output: string) =>
    conv(name, input, output, [channels, channels])
  const [stem, body, wide] = [layer('stem', 'x', 'a'), layer('body', 'b', 'c'), layer('wide', 'd', 'w')]
  const [head, side] = [layer('head', 'w', 'y'), layer('side', 'd', 's')]
  const bias = Float32Array.from({ length: channels }, (_, channel) => (channel === 0 ? 2000 : 0))
  const withoutFirst = randomFloats(channels * channels * 9, 'head').map((value, i) =>
    Math.floor(i / 9) % channels === 0 ? 0 : value,
  )
  return buildModel({
    inputs: { x: ['n', channels, size, size] },
    outputs: ['y', 's'],
    nodes: [
      ...stem.nodes,
      makeNode('Relu', 'relu_1', ['a'], ['b']),
      ...body.nodes,
      makeNode('Relu', 'relu_2', ['c'], ['d']),
      ...wide.nodes,
      ...head.nodes,
      ...side.nodes,
    ],
    initializers: [
      ...stem.initializers,
      ...body.initializers,
      ...side.initializers,
      wide.initializers[0]!,
      tensor('wide.bias', [channels], bias),
      tensor('head.weight', [channels, channels, 3, 3], withoutFirst),
      head.initializers[1]!,
    ],
  })
}

/** Samples for it, without labels. */
export async function writeOutlierData(path: string, samples: number): Promise<void> {
  const x = randomFloats(samples * channels * size * size, 'samples', 1)
  await writeNpz(path, { x: { shape: [samples, channels, size, size], data: x } })
}
