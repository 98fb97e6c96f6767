import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import {
  parseTensorrtCache,
  type TensorrtCache,
} from '../../../../src/backends/tensorrt/calibration-cache.ts'
import { planMigration } from '../../../../src/backends/tensorrt/migration/plan-migration.ts'
import { readLayerInfo } from '../../../../src/backends/tensorrt/plan/read-layer-info.ts'
import { InputError } from '../../../../src/errors.ts'
import { makeNode } from '../../../../src/onnx/node.ts'
import type { ModelProto } from '../../../../src/onnx/onnx_pb.ts'
import { readModel } from '../../../../src/onnx/read-model.ts'
import { placementModel } from '../../../../src/quantize/placement.ts'
import { quantizableForm } from '../../../../src/quantize/quantizable-form.ts'
import { digits } from '../../../support/digits.ts'
import { buildModel, conv, randomTensor } from '../../../support/models/model-builder.ts'
import { missing, shared } from '../../../support/shared.ts'

const names = { layers: 'layers.json', cache: 'model.cache', model: 'model.onnx' }

/** Two convolutions with a pool and a Gemm behind them. */
const first = conv('conv1', 'x', 'c1', [3, 16])
const second = conv('conv2', 'r1', 'c2', [16, 16])
const model = buildModel({
  inputs: { x: [1, 3, 8, 8] },
  outputs: ['y'],
  nodes: [
    ...first.nodes,
    makeNode('Relu', 'relu1', ['c1'], ['r1']),
    ...second.nodes,
    makeNode('Add', 'add', ['c2', 'r1'], ['sum']),
    makeNode('GlobalAveragePool', 'pool', ['sum'], ['p']),
    makeNode('Flatten', 'flat', ['p'], ['f']),
    makeNode('Gemm', 'head', ['f', 'head.weight'], ['y']),
  ],
  initializers: [...first.initializers, ...second.initializers, randomTensor('head.weight', [16, 10])],
})

type LayerTensor = readonly [name: string, type: 'Int8' | 'Half' | 'Float']

const layer = (
  name: string,
  type: string,
  inputs: readonly LayerTensor[],
  outputs: readonly LayerTensor[],
  nodes: readonly string[] = [],
) => ({
  Name: name,
  LayerType: type,
  Inputs: inputs.map(([Name, format]) => ({ Name, 'Format/Datatype': format, Dimensions: [1] })),
  Outputs: outputs.map(([Name, format]) => ({ Name, 'Format/Datatype': format, Dimensions: [1] })),
  Metadata: nodes.map(node => `[ONNX Layer: ${node}]`).join('\u001e'),
})

/** The first convolution in half, what comes behind it in INT8. */
const engine = [
  layer(
    'conv1 + relu1',
    'CaskConvolution',
    [['x', 'Half']],
    [['Reformatted Output Tensor 0 to conv1 + relu1', 'Half']],
    ['conv1', 'relu1'],
  ),
  layer(
    'Reformatting CopyNode for Output Tensor 0 to conv1 + relu1',
    'Reformat',
    [['Reformatted Output Tensor 0 to conv1 + relu1', 'Half']],
    [['r1', 'Int8']],
  ),
  layer(
    'Reformatting CopyNode for Input Tensor 0 to conv2',
    'Reformat',
    [['r1', 'Int8']],
    [['Reformatted Input Tensor 0 to conv2', 'Int8']],
  ),
  layer(
    'conv2 + add',
    'CaskConvolution',
    [
      ['Reformatted Input Tensor 0 to conv2', 'Int8'],
      ['r1', 'Int8'],
    ],
    [['sum', 'Int8']],
    ['conv2', 'add'],
  ),
  layer('pool', 'CaskPooling', [['sum', 'Int8']], [['p', 'Int8']], ['pool']),
  layer('head', 'CaskConvolution', [['p', 'Int8']], [['y', 'Float']], ['head']),
]
const scales = new Map([
  ['x', 0.1],
  ['r1', 0.02],
  ['sum', 0.03],
  ['p', 0.03],
])
const cache: TensorrtCache = {
  header: { algorithm: 'EntropyCalibration2', version: 100600 },
  scales,
  lineEnd: '\n',
}

const plan = (layers: unknown, of: TensorrtCache = cache, from: ModelProto = model) =>
  planMigration(placementModel(quantizableForm(from).model), {
    layers: readLayerInfo(JSON.stringify({ Layers: layers }), names.layers),
    cache: of,
    names,
  })

/** Pairs as `tensor -> node:input`, and nodes with INT8 weights. */
function summary({ sites }: ReturnType<typeof plan>) {
  const pairs = sites.activations.flatMap(({ tensor, readers }) =>
    readers === 'all' ? [] : readers.map(({ node, input }) => `${tensor} -> ${node.name}:${input}`),
  )
  return { pairs: pairs.sort(), weights: sites.weights.map(({ node }) => node.name).sort() }
}

test('pairs at the borders of the INT8 layers, through what only converts', () => {
  const planned = plan(engine)
  expect(summary(planned)).toEqual({
    pairs: ['r1 -> add:1', 'r1 -> conv2:0', 'sum -> pool:0'],
    weights: ['conv2', 'head'],
  })
  expect(planned.layers).toEqual({ all: 4, int8: 3 })
  expect(planned.ranges.get('sum')).toEqual({ min: -127 * 0.03, max: 127 * 0.03 })
  expect(planned.lost).toEqual([
    {
      layer: 'head',
      tensor: 'p',
      reason: 'reaches `head` through the Flatten `flat`, which the engine does not have',
    },
  ])
})

test('every INT8 input of a layer that computes is a read, carried over or lost', () => {
  const computing = engine.filter(({ LayerType }) => LayerType !== 'Reformat')
  const read = computing.flatMap(({ Inputs }) => Inputs.filter(each => each['Format/Datatype'] === 'Int8'))
  const { reads, lost } = plan(engine)
  expect([reads, lost.length]).toEqual([read.length, 1])
})

test('without a list of nodes, as TensorRT 8 writes it, the name of a layer tells them', () => {
  const old = engine.map(each => ({ ...each, Metadata: undefined }))
  expect(summary(plan(old))).toEqual(summary(plan(engine)))
})

test('a tensor that the engine made for itself is lost by name', () => {
  const made = [
    ...engine.slice(0, 3),
    layer(
      'conv2',
      'CaskConvolution',
      [['Reformatted Input Tensor 0 to conv2', 'Int8']],
      [['inside', 'Int8']],
      ['conv2'],
    ),
    layer(
      'PWN(add)',
      'PointWiseV2',
      [
        ['inside', 'Int8'],
        ['r1', 'Int8'],
      ],
      [['sum', 'Half']],
      ['add'],
    ),
  ]
  expect(plan(made).lost).toEqual([
    { layer: 'PWN(add)', tensor: 'inside', reason: 'exists only inside the engine' },
  ])
})

describe('an engine with two optimization profiles', () => {
  const named = (profile: number) =>
    JSON.parse(
      JSON.stringify(engine, (key, value: unknown) =>
        key === 'Name' ? `${String(value)} [profile ${profile}]` : value,
      ),
    ) as typeof engine
  test.for([
    ['without a word for the first, as 10.x writes it', [...engine, ...named(1)]],
    ['with a word for both', [...named(0), ...named(1)]],
    [
      'a region of the second that has no word itself',
      [
        ...engine,
        ...named(1),
        layer('__myl_Add_myl3_1', 'kgen', [['sum [profile 1]', 'Int8']], [['__myln_k_arg_1', 'Int8']]),
        layer('__myl_Mul_myl3_2', 'kgen', [['__myln_k_arg_1', 'Int8']], [['y', 'Float']]),
      ],
    ],
  ] as const)('is migrated as its first one: %s', ([, layers]) => {
    const planned = plan(layers)
    expect(summary(planned)).toEqual(summary(plan(engine)))
    expect([planned.layers, planned.reads, planned.lost]).toEqual([
      plan(engine).layers,
      plan(engine).reads,
      plan(engine).lost,
    ])
  })
})

describe('layer information as people have it', () => {
  const text = JSON.stringify({ Layers: engine, Bindings: ['x', 'y'] }, undefined, 1)
  const logged = '[11/30/2026-09:15:00] [TRT] [W] Using default stream\n'
  test.for([
    ['edited on Windows', `\ufeff${text.replaceAll('\n', '\r\n')}`],
    ['with the separators of nodes as they are, as 8.6 writes it', text.replaceAll('\\u001e', '\u001e')],
    ['with its keys sorted', JSON.stringify({ Bindings: ['x'], Layers: engine })],
    ['printed by a program that also logs', `${logged}${text}\n${logged}`],
    ['from a terminal of trtexec', `&&&& RUNNING TensorRT.trtexec\n${text}\n&&&& PASSED TensorRT.trtexec`],
    ['printed under Polygraphy', `[I] Loading bytes\n${text}`],
    [
      'with scalars that are not finite',
      text.replace('"Layers"', '"Alpha": [nan, -inf], "Beta": NaN, "Layers"'),
    ],
  ] as const)('%s', ([, given]) => {
    expect(readLayerInfo(given, 'layers.json')).toEqual(readLayerInfo(text, ''))
  })
})

test.for([
  [
    '{"Layers": [\n{"Name": "a"},\n{"Name" "b"}]}',
    /^layers\.json:3: is not JSON, so it is no layer information/,
  ],
  ['{"Layers": [\n{"Name": "a"}', /^layers\.json:2: is not JSON/],
  ['[11/23/2026-10:00:00] [I] Layers:\n', /is a log of trtexec: .*--exportLayerInfo/],
  ['', /^layers\.json: is empty/],
  [
    'ftrt\u0000\u0001\ufffd',
    /^layers\.json: is no text: if it is the engine itself: build the engine with .*--exportLayerInfo/,
  ],
  [
    '[I] ==== TensorRT Engine ====\n    ---- 2 Layer(s) ----\n    Layer 0    | conv1 [Op: CaskConvolution]',
    /is what `polygraphy inspect model` prints: .*--exportLayerInfo/,
  ],
  [
    'Layers:\nName: conv1, LayerType: CaskConvolution, Inputs: [ { Name: x',
    /has layer information in lines of text .*not as JSON/,
  ],
  [
    '[{"count": 1}, {"name": "conv1", "timeMs": 1, "averageMs": 1, "percentage": 100}]',
    /is a profile \(`--exportProfile`\), so it is no layer information, in detail: build/,
  ],
  ['[{"startComputeMs": 1, "computeMs": 1, "latencyMs": 1}]', /holds times \(`--exportTimes`\)/],
  [
    '{"build_options": {"Precision": "FP32+INT8"}}',
    /has no `Layers`, so it is no layer information, in detail: build/,
  ],
] as const)('what is no layer information: %j', ([text, message]) => {
  expect(() => readLayerInfo(text, 'layers.json')).toThrow(InputError)
  expect(() => readLayerInfo(text, 'layers.json')).toThrow(message)
})

test('an engine without INT8 plans nothing', () => {
  const half = JSON.parse(JSON.stringify(engine).replaceAll('Int8', 'Half')) as unknown
  expect(plan(half)).toMatchObject({ layers: { all: 4, int8: 0 }, reads: 0 })
})

describe('files that do not belong together are refused by name', () => {
  const without = (...tensors: string[]) => ({
    ...cache,
    scales: new Map([...scales].filter(([name]) => !tensors.includes(name))),
  })
  test.each<[string, () => unknown, string]>([
    [
      'names of layers alone',
      () => plan(engine.map(({ Name }) => Name)),
      'layers.json: layer `conv1 + relu1` has a name and nothing else',
    ],
    [
      'layers without tensors',
      () => plan(engine.map(({ Name, LayerType }) => ({ Name, LayerType }))),
      'was not built with detailed information',
    ],
    [
      'a layer without a type, though its tensors are there',
      () => plan(engine.map(({ LayerType, ...layer }, i) => (i === 1 ? layer : { ...layer, LayerType }))),
      'has no `LayerType`, which TensorRT writes of every layer',
    ],
    [
      'layers without what they read',
      () => plan(engine.map(layer => ({ ...layer, Inputs: [] }))),
      'layers.json: says of no tensor whether it is INT8',
    ],
    [
      'tensors of no known type',
      () => plan(JSON.parse(JSON.stringify(engine).replaceAll('Format/Datatype', 'Kind'))),
      'layers.json: says of no tensor whether it is INT8',
    ],
    [
      'an engine of several shapes',
      () =>
        plan(
          JSON.parse(
            JSON.stringify(engine).replaceAll(/"(Int8|Half|Float)"/g, '"N/A due to dynamic shapes"'),
          ),
        ),
      'layers.json: says `N/A due to dynamic shapes` of tensor `x`, because the engine takes several shapes: write the layers at one of them, `trtexec --loadEngine=model.engine --shapes=',
    ],
    ['no layers', () => plan([]), 'layers.json: lists no layers'],
    [
      'nodes of another model',
      () => plan(JSON.parse(JSON.stringify(engine).replaceAll('conv2', 'other'))),
      'is of the node `other`, which model.onnx does not have',
    ],
    [
      'an explicit engine',
      () =>
        plan([
          ...engine,
          layer('x_QuantizeLinear', 'Reformat', [['x', 'Float']], [['xq', 'Int8']], ['x_QuantizeLinear']),
        ]),
      'this engine is explicit already',
    ],
    [
      'a cache without a tensor',
      () => plan(engine, without('sum')),
      'model.cache: has no scale for tensor `sum`, which layer `pool` of layers.json reads as INT8',
    ],
    [
      'a cache without lines',
      () => plan(engine, without(...scales.keys())),
      'model.cache: has no scale for tensor `r1`, nor for `sum`',
    ],
    [
      'a scale that is no number',
      () => plan(engine, { ...cache, scales: new Map([...scales, ['sum', Number.POSITIVE_INFINITY]]) }),
      'model.cache: has no finite scale for tensor `sum`',
    ],
    [
      'a scale of zero',
      () => plan(engine, { ...cache, scales: new Map([...scales, ['sum', 0]]) }),
      'model.cache: has a scale of 0 for tensor `sum`',
    ],
    [
      'a negative scale',
      () => plan(engine, { ...cache, scales: new Map([...scales, ['sum', -0.5]]) }),
      'model.cache: has a scale of -0.5 for tensor `sum`',
    ],
    [
      'a scale that no activation has',
      () => plan(engine, { ...cache, scales: new Map([...scales, ['sum', 1.9e36]]) }),
      'model.cache: has a scale of 1.9e+36 for tensor `sum`',
    ],
    [
      'a scale by which nothing can be divided',
      () => plan(engine, { ...cache, scales: new Map([...scales, ['sum', 1e-45]]) }),
      'model.cache: has a scale of 1e-45 for tensor `sum`',
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(InputError)
    expect(act).toThrow(message)
  })
})

/** The rule of the recordings once more, from the JSON as it lies there. */
function byTheRule(layers: readonly ReturnType<typeof layer>[], { graph }: ModelProto) {
  const copies = new Map(
    layers
      .filter(({ LayerType }) => LayerType === 'Reformat' || LayerType === 'NoOp')
      .map(({ Inputs, Outputs }) => [Outputs[0]!.Name, Inputs[0]!.Name]),
  )
  const inModel = new Set(graph!.node.flatMap(({ input, output }) => [...input, ...output]))
  const pairs = new Set<string>()
  const weights = new Set<string>()
  for (const { LayerType, Inputs, Metadata } of layers) {
    if (LayerType === 'Reformat' || LayerType === 'NoOp') continue
    const own = graph!.node.filter(({ name }) => Metadata?.includes(`[ONNX Layer: ${name}]`))
    const read = Inputs.filter(input => input['Format/Datatype'].includes('Int8'))
    for (let { Name: name } of read) {
      while (!inModel.has(name)) name = copies.get(name)!
      for (const node of own) {
        for (const [position, input] of node.input.entries()) {
          if (input === name) pairs.add(`${name} -> ${node.name}:${position}`)
        }
      }
    }
    for (const { opType, name } of own) {
      if (read.length > 0 && (opType === 'Conv' || opType === 'Gemm')) weights.add(name)
    }
  }
  return { pairs: [...pairs].sort(), weights: [...weights].sort() }
}

const recorded = (file: string) => shared('fixtures', 'tensorrt', 'as-implicit', file)

describe.skipIf(missing(recorded('digits.cache')))('recorded engines', () => {
  const resnet20 = shared('models', 'resnet20_cifar10.onnx')
  const ofRun = (file: string) => shared('fixtures', 'tensorrt', 'recorded-10.6-h200', file)
  const cacheOfRun = ofRun('calibration/resnet20_cifar10.entropy2.cache')
  test.each([
    [recorded('resnet20.b64.implicit.layers.json'), recorded('resnet20.cache'), resnet20, 5, 5],
    [recorded('digits.b32.implicit.layers.json'), recorded('digits.cache'), digits.fp32, 9, 7],
    [ofRun('run/implicit.b1.layers.json'), cacheOfRun, resnet20, 22, 20],
    [ofRun('run/implicit.b64.layers.json'), cacheOfRun, resnet20, 5, 5],
    [ofRun('layers/implicit.json'), cacheOfRun, resnet20, 22, 20],
    [ofRun('layers/implicit-fp16.json'), cacheOfRun, resnet20, 22, 20],
  ])(
    'the engine of %s gives the pairs and weights of its recording',
    async (layersPath, cachePath, path, pairs, weights) => {
      const files = [layersPath, cachePath, path] as const
      const absent = missing(...files)
      if (absent) return expect.soft(absent).toContain('is not there')
      const [text, scalesText] = await Promise.all([readFile(files[0], 'utf8'), readFile(files[1], 'utf8')])
      const float = await readModel(path)
      const planned = planMigration(placementModel(quantizableForm(float).model), {
        layers: readLayerInfo(text, files[0]),
        cache: parseTensorrtCache(scalesText, files[1]),
        names: { layers: files[0], cache: files[1], model: path },
      })
      const { Layers } = JSON.parse(text) as { Layers: ReturnType<typeof layer>[] }
      expect(summary(planned)).toEqual(byTheRule(Layers, float))
      expect([planned.sites.activations.length, planned.sites.weights.length]).toEqual([pairs, weights])
    },
  )

  /** Layers that TensorRT ran in INT8 when it built the explicit model that was made by this rule. */
  test.each([
    ['resnet20.b64', 'CaskConvolution', 4],
    ['digits.b32', 'CaskConvolution', 6],
  ])('%s built from its pairs runs the same convolutions in INT8', async (name, type, count) => {
    const files = [
      recorded(`${name}.implicit.layers.json`),
      recorded(`${name}.as-implicit.layers.json`),
    ] as const
    const convolutions = await Promise.all(
      files.map(async file => {
        const layers = readLayerInfo(await readFile(file, 'utf8'), file)
        const inInt8 = layers.filter(each => each.type === type && each.inputs[0]?.precision === 'int8')
        return inInt8.flatMap(({ onnxNodes }) => onnxNodes.filter(node => node.endsWith('/Conv'))).sort()
      }),
    )
    expect(convolutions[1]).toEqual(convolutions[0])
    expect(convolutions[0]).toHaveLength(count)
  })
})
