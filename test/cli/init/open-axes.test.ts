import { expect, test } from 'vitest'
import { openAxes, sampleShape } from '../../../src/cli/init/open-axes.ts'
import type { TensorInfo } from '../../../src/engine/tensor-info.ts'

test.for<[TensorInfo, string, number, readonly number[]]>([
  [{ name: 'ids', type: 'int64', shape: ['batch', 'seq'] }, 'seq', 128, [128]],
  [{ name: 'image', type: 'float32', shape: [1, 3, 'side', 'side'] }, 'side', 224, [3, 224, 224]],
  [{ name: 'wave', type: 'float32', shape: ['batch', 1, 'time'] }, 'time', 16_000, [1, 16_000]],
  [{ name: 'wave', type: 'float32', shape: ['batch', ''] }, 'wave[1]', 16_000, [16_000]],
  [{ name: 'mel', type: 'float32', shape: ['batch', 80, 'frames'] }, 'frames', 128, [80, 128]],
  [{ name: 'tokens', type: 'float32', shape: ['batch', 'length', 64] }, 'length', 128, [128, 64]],
])('an open axis of %o has a size that such inputs have', ([input, axis, size, shape]) => {
  const sizes = openAxes([input])
  expect([...sizes]).toEqual([[axis, size]])
  expect(sampleShape(input, sizes)).toEqual(shape)
})
