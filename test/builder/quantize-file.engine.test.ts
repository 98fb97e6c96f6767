import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openContext } from '../../src/builder/context.ts'
import { quantizeFile } from '../../src/builder/quantize-file.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { hasQdq } from '../../src/quantize/qdq/has-qdq.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('the samples are opened once, for what is said of them and for the build', async () => {
  let opened = 0
  const calibration = () => {
    opened++
    return [0, 0.5, 1].map(value => ({
      image: { shape: [1, 1, 32, 32], data: new Float32Array(32 * 32).fill(value) },
    }))
  }
  const out = join(await temporaryDirectory(), 'explicit.onnx')
  const quantize = () =>
    quantizeFile({
      model: digits.fp32,
      calibration,
      method: 'minmax',
      variant: { to: 'explicit', placement: 'tensorrt' },
      out,
    })
  await quantize()
  opened = 0
  await openContext({ model: digits.fp32, calibration, variants: {} }, {})
  const once = opened
  opened = 0
  // All that calibration found is in the cache by now.
  const { engine } = await quantize()
  expect(engine!.fromCache).toBe(true)
  expect(hasQdq(await readModel(out))).toBe(true)
  expect(opened).toBe(once)
  expect(once).toBeGreaterThan(0)
})
