/**
 * Records what trtexec writes of small models with causes planted that only TensorRT has, requantized inputs of a Concat and a
 * build without 16 bits, and of the same models without them. The profiles and layers are in `test/explain/tensorrt/planted`.
 *
 *     node --import tsx bench/gpu/planted.ts OUT
 */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { makeNode } from '../../src/onnx/node.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { otherScale, quantized } from '../../test/explain/onnxruntime/plant.ts'
import { buildModel, conv, floatValue } from '../../test/support/models/model-builder.ts'

const out = resolve(process.argv[2] ?? 'planted')
const trtexec = process.env.TRTEXEC ?? 'trtexec'
const device = `--device=${process.env.GPU_DEVICE ?? 0}`

/** x -> Conv twice, and again behind each; all four meet in a Concat, which a Conv reads. */
function dense(): ModelProto {
  const convs = [
    conv('left', 'x', 'l', [32, 64]),
    conv('right', 'x', 'r', [32, 64]),
    conv('left2', 'l', 'l2', [64, 64]),
    conv('right2', 'r', 'r2', [64, 64]),
    conv('last', 'm', 'y', [256, 64]),
  ]
  const concat = makeNode('Concat', 'concat', ['l', 'r', 'l2', 'r2'], ['m'], { axis: 1n })
  const [last, ...first] = convs.toReversed()
  return buildModel({
    inputs: { x: [16, 32, 56, 56] },
    outputs: ['y'],
    nodes: [...first.toReversed().flatMap(({ nodes }) => nodes), concat, ...last!.nodes],
    initializers: convs.flatMap(({ initializers }) => initializers),
  })
}

/** Lets the Concat read through the pairs that its inputs have. */
function throughPairs(model: ModelProto): ModelProto {
  const pairs = new Map(
    model.graph!.node.flatMap(({ opType, input, output }) =>
      opType === 'QuantizeLinear' ? [[output[0]!, input[0]!] as const] : [],
    ),
  )
  const dequantized = new Map(
    model.graph!.node.flatMap(({ opType, input, output }) =>
      opType === 'DequantizeLinear' ? [[pairs.get(input[0]!), output[0]!] as const] : [],
    ),
  )
  const concat = model.graph!.node.find(({ opType }) => opType === 'Concat')!
  concat.input = concat.input.map(name => dequantized.get(name) ?? name)
  return model
}

/** x -> two quantized Convs -> Tanh -> a Conv without Q/DQ -> y. */
function floatTail(): ModelProto {
  const [first, second, last] = [
    conv('first', 'x', 'f', [32, 64]),
    conv('second', 'f', 's', [64, 64]),
    conv('last', 't', 'y', [64, 64]),
  ]
  const head = buildModel({
    inputs: { x: [16, 32, 56, 56] },
    outputs: ['s'],
    nodes: [...first.nodes, ...second.nodes],
    initializers: [...first.initializers, ...second.initializers],
  })
  const model = quantized(head, 'tensorrt')
  model.graph!.node.push(makeNode('Tanh', 'tanh', ['s'], ['t']), ...last.nodes)
  model.graph!.initializer.push(...last.initializers)
  model.graph!.output = [floatValue('y')]
  return model
}

/** What is recorded: a model, and the types that its builder may choose from. */
interface Recording {
  readonly model: ModelProto
  readonly types: readonly string[]
}

const int8AndHalf = ['--int8', '--fp16']
const recordings: Readonly<Record<string, Recording>> = {
  'concat.equal': { model: throughPairs(quantized(dense(), 'tensorrt')), types: int8AndHalf },
  'concat.unequal': {
    model: otherScale(throughPairs(quantized(dense(), 'tensorrt')), 'm'),
    types: int8AndHalf,
  },
  'half.allowed': { model: floatTail(), types: int8AndHalf },
  'half.forbidden': { model: floatTail(), types: ['--int8'] },
}

await mkdir(out, { recursive: true })
for (const [name, { model, types }] of Object.entries(recordings)) {
  const file = (ending: string) => join(out, `${name}.${ending}`)
  const run = (...words: string[]) => execa(trtexec, [...words, device], { all: true })
  await writeModel(model, file('onnx'))
  await run(
    `--onnx=${file('onnx')}`,
    ...types,
    '--profilingVerbosity=detailed',
    `--saveEngine=${file('plan')}`,
    `--exportLayerInfo=${file('layers.json')}`,
    '--skipInference',
  )
  const load = [`--loadEngine=${file('plan')}`, '--warmUp=200', '--duration=0']
  await run(
    ...load,
    '--iterations=200',
    '--useCudaGraph',
    '--noDataTransfers',
    '--useSpinWait',
    `--exportTimes=${file('times.json')}`,
  )
  await run(
    ...load,
    '--iterations=50',
    '--separateProfileRun',
    '--dumpProfile',
    `--exportProfile=${file('profile.json')}`,
  )
  console.log(`recorded ${name}`)
}
