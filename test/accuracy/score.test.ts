import { expect, test } from 'vitest'
import { accuracyScore } from '../../src/accuracy/score.ts'
import type { Dataset } from '../../src/data/dataset.ts'

const dataset: Dataset = {
  source: 'data.npz',
  sha256: '',
  size: 2,
  inputs: new Map(),
  labels: Int32Array.of(0, 0),
}

const predictions = (...samples: number[][]) => ({
  model: 'model.onnx',
  variant: 'int8',
  samples: [0, 1],
  outputs: samples.map(values => new Map([['y', Float32Array.from(values)]])),
})

test.each([
  ['NaN', [1, Number.NaN], [1, 0], 'NaN in 1 of 2 samples of output `y` of `int8` (model.onnx)'],
  [
    'infinity',
    [Number.POSITIVE_INFINITY, 0],
    [Number.POSITIVE_INFINITY, 0],
    'Infinity in 2 of 2 samples of output `y`',
  ],
  ['nothing finite', [1, 0], [-Infinity, -Infinity], '-Infinity in 1 of 2 samples of output `y`'],
])('an output with %s scores nothing', (_, first, second, message) => {
  expect(() => accuracyScore.scores(predictions(first, second), dataset)).toThrow(message)
})

test('a class that is masked out by -Infinity is one that is not chosen', () => {
  expect([...accuracyScore.scores(predictions([1, -Infinity], [-Infinity, 1]), dataset)]).toEqual([1, 0])
})
