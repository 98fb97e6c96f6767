import { expect, test } from 'vitest'
import { cropName, cropsOf, shareOf, withCrops } from '../../src/builder/overflow/crops.ts'
import { probeLayers } from '../../src/quantize/layer-probe.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { saturatingModel } from '../support/models/saturating.ts'
import { unitRanges } from '../support/unit-ranges.ts'

const float = saturatingModel(200)
const quantized = quantizeModel(quantizableForm(float), {
  ranges: unitRanges(float),
  placement: 'onnxruntime',
})
const { layers } = probeLayers(quantized)

test('a window in the middle of what convolutions read, of 4,096 positions', () => {
  const crops = cropsOf(quantized, layers, new Map([['x', [1, 4, 200, 100]]]), 4096)
  expect([...crops]).toEqual([
    [
      'x',
      [
        [68, 132],
        [18, 82],
      ],
    ],
  ])
  expect(shareOf(crops.get('x')!, [1, 4, 200, 100])).toBeCloseTo(0.2048)
})

test('what is small, or of unknown size, is looked at as a whole', () => {
  expect(cropsOf(quantized, layers, new Map([['x', [1, 4, 60, 64]]]), 4096).size).toBe(0)
  expect(cropsOf(quantized, layers, new Map([['x', [1, 4, 'h', 200]]]), 4096).size).toBe(0)
  expect(cropsOf(quantized, layers, new Map(), 4096).size).toBe(0)
})

test('the model also computes the windows', () => {
  const model = withCrops(
    quantized,
    new Map([
      [
        'x',
        [
          [68, 132],
          [18, 82],
        ],
      ],
    ]),
  )
  expect(model.graph!.node.at(-1)).toMatchObject({ opType: 'Slice', output: [cropName('x')] })
  expect(quantized.graph!.node).toHaveLength(model.graph!.node.length - 1)
})
