import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Decoder } from '../../src/accuracy/detections/detections.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import type { Engines } from '../../src/builder/engine.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { describeEngines } from '../../src/contract/describe-engines.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { buildModel, tensor } from '../support/models/model-builder.ts'
import { writeNpz } from '../support/npz/write-npz.ts'

let directory: string
const file = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quantract-test-'))
})
afterAll(() => rm(directory, { recursive: true }))

const none = { quantization: 'none' } as const

function engines(name: string, more: Partial<BuildSpec>): Promise<Engines> {
  return buildEngines({
    model: file(`${name}.onnx`),
    variants: { fp32: none, worse: { ...none, model: file(`${name}-worse.onnx`) } },
    ...more,
  })
}

function evaluate(text: string, built: Engines) {
  return evaluateClause(parseClause(text, { variants: Object.keys(built) }), built)
}

describe('targets', () => {
  const size = 40
  const values = Float32Array.from({ length: size * 2 }, (_, i) => (i % 7) - 3)

  /** x -> depth = x * factor, other = -x */
  const scaled = (factor: number) =>
    buildModel({
      inputs: { x: ['n', 2] },
      outputs: ['depth', 'other'],
      nodes: [makeNode('Mul', 'mul', ['x', 'factor'], ['depth']), makeNode('Neg', 'neg', ['x'], ['other'])],
      initializers: [tensor('factor', [], Float32Array.of(factor))],
    })
  const x = { shape: [size, 2], data: values }

  beforeAll(async () => {
    await writeModel(scaled(1), file('depth.onnx'))
    await writeModel(scaled(1.5), file('depth-worse.onnx'))
    await writeNpz(file('depth.npz'), {
      x,
      targets: { shape: [size, 2, 1], data: values.map(v => v + 0.25) },
    })
    await writeNpz(file('other.npz'), { x, truth: { shape: [size, 2], data: values.map(v => -v) } })
    const whole = Float32Array.from({ length: size }, (_, i) => i)
    await writeNpz(file('labelled.npz'), { x, labels: { shape: [size], data: whole } })
  })

  test.each([
    ['fp32 mean absolute error <= 0.25', 'upheld', 0.25],
    ['worse mean absolute error <= 0.5', 'violated', undefined],
    ['worse mean absolute error gap to fp32 <= 0.1', 'violated', undefined],
    ['fp32 mean absolute error gap to worse <= 0', 'upheld', undefined],
    ['fp32 mean absolute error <= 0.9x worse mean absolute error', 'upheld', 0.25],
    ['fp32 mean absolute error <= worse mean absolute error within 1', 'upheld', 0.25],
  ])('%s is %s, exactly and of a sample', async (text, verdict, value) => {
    for (const is of ['population', 'sample'] as const) {
      const built = await engines('depth', { evaluation: { npz: file('depth.npz'), is } })
      const found = await evaluate(text, built)
      expect(found).toMatchObject({ verdict, samples: { count: size }, estimate: { unit: 'number' } })
      if (value !== undefined) expect(found.estimate.value).toBeCloseTo(value, 6)
    }
  })

  test('of one output by its name, with an array of targets by its name', async () => {
    const evaluation = { npz: file('other.npz'), labels: 'truth' }
    const built = await engines('depth', { evaluation })
    expect(await evaluate("fp32 mean absolute error of 'other' <= 0", built)).toMatchObject({
      verdict: 'upheld',
      estimate: { of: "fp32 mean absolute error of 'other'" },
    })
    await expect(evaluate("fp32 mean absolute error of 'othr' <= 0", built)).rejects.toThrow(
      'has no output `othr`; did you mean `other`?',
    )
  })

  test('targets are no labels, and no accuracy is described of them', async () => {
    const built = await engines('depth', { evaluation: file('depth.npz') })
    await expect(evaluate('fp32 accuracy >= 50%', built)).rejects.toThrow(
      'has targets that are no class indices, and no labels, which `accuracy` needs: save one class index per sample as `labels`, of one-hot rows their `.argmax(axis=1)`',
    )
    // Whole floats may be either; these are no classes of a model with two values.
    const whole = await engines('depth', { evaluation: file('labelled.npz') })
    expect((await describeEngines(whole, {})).map(({ accuracy }) => accuracy)).toEqual([undefined, undefined])
    await expect(evaluate('fp32 accuracy >= 50%', whole)).rejects.toThrow('is no class of the model')
    await expect(evaluate('fp32 mean absolute error <= 1', whole)).rejects.toThrow(
      'output `depth` has 2 values for sample 0, the targets of',
    )
  })
})

describe('a detector', () => {
  const size = 30
  const most = 3

  /** x, rows of a box, its score and its class -> boxes + shift, scores, classes (int64) */
  function detector(shift: number) {
    const model = buildModel({
      inputs: { x: [1, most, 6] },
      outputs: ['boxes', 'classes', 'scores'],
      nodes: [
        makeNode('Split', 'split', ['x', 'parts'], ['raw', 'score', 'class'], { axis: -1n }),
        makeNode('Add', 'add', ['raw', 'shift'], ['shifted']),
        // As torchvision's detectors: no axis for the batch.
        makeNode('Reshape', 'rows', ['shifted', 'four'], ['boxes']),
        makeNode('Reshape', 'flat score', ['score', 'all'], ['scores']),
        makeNode('Reshape', 'flat class', ['class', 'all'], ['float classes']),
        makeNode('Cast', 'cast', ['float classes'], ['classes'], { to: BigInt(DataType.INT64) }),
      ],
      initializers: [
        tensor('parts', [3], BigInt64Array.of(4n, 1n, 1n)),
        tensor('four', [2], BigInt64Array.of(-1n, 4n)),
        tensor('all', [1], BigInt64Array.of(-1n)),
        tensor('shift', [], Float32Array.of(shift)),
      ],
    })
    const { type } = model.graph!.output[1]!
    if (type?.value.case === 'tensorType') type.value.value.elemType = DataType.INT64
    return model
  }

  beforeAll(async () => {
    await writeModel(detector(0), file('detector.onnx'))
    await writeModel(detector(3), file('detector-worse.onnx'))
    const rows = Array.from({ length: size * most }, (_, i) => {
      const [left, top] = [(i * 7) % 90, (i * 13) % 80]
      return { box: [left, top, left + 10, top + 10], score: ((i * 5) % 11) / 11, class: i % 2 }
    })
    await writeNpz(file('detector.npz'), {
      x: {
        shape: [size, 1, most, 6],
        data: Float32Array.from(rows.flatMap(row => [...row.box, row.score, row.class])),
      },
      target_boxes: { shape: [size, most, 4], data: Int32Array.from(rows.flatMap(({ box }) => box)) },
      target_classes: { shape: [size, most], data: Int32Array.from(rows.map(row => row.class)) },
    })
  })

  // Shifted by 3 of 10 both ways, boxes overlap by 49 of 151: less than half.
  test.each([
    ['fp32 map50 >= 100%', 'upheld', 1],
    ['fp32 map50-95 >= 99%', 'upheld', 1],
    ['worse map50 >= 50%', 'violated', 0],
    ['worse map50 gap to fp32 <= 1%', 'violated', 100],
    ['worse map50-95 gap to fp32 >= 50 pp', 'upheld', 100],
    ['worse map50 >= fp32 map50 within 1%', 'violated', 0],
  ])('%s is %s', async (text, verdict, value) => {
    const built = await engines('detector', { evaluation: file('detector.npz') })
    const found = await evaluate(text, built)
    expect(found).toMatchObject({ verdict, samples: { count: size } })
    expect(found.estimate.value).toBeCloseTo(value, 6)
  })

  test('a sample of images decides with an interval', async () => {
    const evaluation = { npz: file('detector.npz'), is: 'sample' } as const
    const built = await engines('detector', { evaluation })
    expect(await evaluate('worse map50 gap to fp32 <= 1%', built)).toMatchObject({ verdict: 'violated' })
    // 30 images are too few for that much.
    expect(await evaluate('fp32 map50 >= 99%', built)).toMatchObject({ verdict: 'inconclusive' })
  })

  test('a decoder of the user finds the boxes in other outputs', async () => {
    const decode: Decoder = outputs => ({
      boxes: Array.from(outputs.get('boxes')!, value => value - 3),
      classes: outputs.get('classes')!,
      scores: outputs.get('scores')!,
    })
    const built = await engines('detector', { evaluation: file('detector.npz'), decode })
    expect(await evaluate('worse map50-95 >= 99%', built)).toMatchObject({ verdict: 'upheld' })
  })
})
