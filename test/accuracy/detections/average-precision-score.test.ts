import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { map50Score, map50To95Score } from '../../../src/accuracy/detections/average-precision-score.ts'
import type { Decoder } from '../../../src/accuracy/detections/detections.ts'
import type { Dataset } from '../../../src/data/dataset.ts'

interface Image {
  readonly boxes: readonly (readonly number[])[]
  readonly classes: readonly number[]
  readonly found: {
    readonly boxes: readonly (readonly number[])[]
    readonly classes: readonly number[]
    readonly scores: readonly number[]
  }
}

/** Images, and what pycocotools says of them: coco.py beside this file wrote it. */
const coco = JSON.parse(readFileSync(new URL('coco.json', import.meta.url), 'utf8')) as {
  images: readonly Image[]
  expected: Record<'all' | 'first five', Record<'map50' | 'map50-95', number>>
}

const scorings = { map50: map50Score, 'map50-95': map50To95Score }
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

function scores(metric: keyof typeof scorings, images: readonly Image[], isSample = false, decode?: Decoder) {
  const outputs = images.map(
    ({ found }) =>
      new Map([
        ['scores', Float32Array.from(found.scores)],
        ['boxes', Float32Array.from(found.boxes.flat())],
        ['classes', Float32Array.from(found.classes)],
      ]),
  )
  const predictions = { model: 'model.onnx', samples: [...images.keys()], outputs }
  return scorings[metric].scores(predictions, dataset(images), { isSample, decode })
}

/** Padded as the page on contracts says. */
function dataset(images: readonly Image[]): Dataset {
  const most = Math.max(1, ...images.map(({ classes }) => classes.length))
  const boxes = new Float32Array(images.length * most * 4)
  const classes = new BigInt64Array(images.length * most).fill(-1n)
  for (const [i, image] of images.entries()) {
    boxes.set(image.boxes.flat(), i * most * 4)
    for (const [j, one] of image.classes.entries()) classes[i * most + j] = BigInt(one)
  }
  const inputs = new Map([
    ['target_boxes', { shape: [images.length, most, 4], data: boxes }],
    ['target_classes', { shape: [images.length, most], data: classes }],
  ])
  return { source: 'evaluation.npz', sha256: '', size: images.length, inputs }
}

test.each([
  ['map50', 'all', coco.images],
  ['map50-95', 'all', coco.images],
  ['map50', 'first five', coco.images.slice(0, 5)],
  ['map50-95', 'first five', coco.images.slice(0, 5)],
] as const)('%s of %s images is what pycocotools says', (metric, which, images) => {
  const value = coco.expected[which][metric]
  expect(mean(scores(metric, images))).toBeCloseTo(value, 12)
  // What samples contribute adds up to the same.
  expect(mean(scores(metric, images, true))).toBeCloseTo(value, 12)
})

test('the contribution of a sample is the change without it', () => {
  const { images } = coco
  const size = images.length
  const without = images.map((_, left) =>
    mean(
      scores(
        'map50',
        images.filter((_, i) => i !== left),
      ),
    ),
  )
  const contributions = scores('map50', images, true)
  for (const [i, contribution] of contributions.entries()) {
    const other = contributions[0]! - (size - 1) * (without[i]! - without[0]!)
    expect(contribution).toBeCloseTo(other, 10)
  }
})

const grid = fc.integer({ min: 0, max: 12 })
const boxes = fc
  .tuple(grid, grid, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .map(([x, y, width, height]) => [x, y, x + width, y + height])
const truth = fc.array(fc.tuple(boxes, fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 4 })

test('a detector that finds every box and nothing else has 1, whatever it is sure of', () => {
  fc.assert(
    fc.property(
      fc.array(truth, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.float({ noNaN: true, min: 0, max: 1 })),
      (samples, sure) => {
        const images = samples.map(found => {
          const [all, classes] = [found.map(([box]) => box), found.map(([, one]) => one)]
          return {
            boxes: all,
            classes,
            found: { boxes: all, classes, scores: classes.map(() => sure.next().value as number) },
          }
        })
        expect(mean(scores('map50-95', images))).toBeCloseTo(1, 12)
      },
    ),
  )
})

test('map50-95 is at most map50, and both lie between 0 and 1', () => {
  const found = fc.array(fc.tuple(boxes, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 9 })), {
    maxLength: 6,
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(truth, found), { minLength: 1, maxLength: 4 }), samples => {
      const images = samples.map(([truths, all]) => ({
        boxes: truths.map(([box]) => box),
        classes: truths.map(([, one]) => one),
        found: {
          boxes: all.map(([box]) => box),
          classes: all.map(([, one]) => one),
          scores: all.map(([, , score]) => score),
        },
      }))
      const [half, ten] = [mean(scores('map50', images)), mean(scores('map50-95', images))]
      expect(ten).toBeGreaterThanOrEqual(0)
      expect(ten).toBeLessThanOrEqual(half + 1e-12)
      expect(half).toBeLessThanOrEqual(1)
    }),
  )
})

test.each<[string, Decoder, string]>([
  [
    'of unlike lengths',
    () => ({ boxes: [1, 2, 3], classes: [1], scores: [0.5] }),
    '`decode` gives 3 boxes, 1 classes, 1 scores for sample 0',
  ],
  [
    'with NaN',
    () => ({ boxes: [1, 2, 3, NaN], classes: [1], scores: [0.5] }),
    '`decode` gives NaN among the boxes of sample 0',
  ],
  ['of nothing', () => undefined as never, '`decode` gives no boxes, no classes, no scores for sample 0'],
  [
    'that throws',
    () => {
      throw new Error('no anchors')
    },
    '`decode` fails for sample 0: no anchors',
  ],
])('detections %s are refused', (_, decode, message) => {
  expect(() => scores('map50', coco.images, false, decode)).toThrow(message)
})

test('a model without such outputs is told to have a decoder', () => {
  const predictions = { model: 'model.onnx', samples: [0], outputs: [new Map([['y', new Float32Array(3)]])] }
  expect(() => map50Score.scores(predictions, dataset(coco.images), { isSample: false })).toThrow(
    'model.onnx: has no outputs `boxes`, `classes` and `scores` (it has `y`): export `decode`',
  )
})

test('data without true boxes is told how to have them', () => {
  const { inputs: _, ...rest } = dataset(coco.images)
  const predictions = { model: 'model.onnx', samples: [], outputs: [] }
  expect(() => map50Score.scores(predictions, { ...rest, inputs: new Map() }, { isSample: false })).toThrow(
    'evaluation.npz: has no arrays `target_boxes` [samples, most, 4] and `target_classes` [samples, most]',
  )
})
