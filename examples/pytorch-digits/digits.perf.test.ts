import { fileURLToPath } from 'node:url'
import { type BuildSpec, buildEngines } from 'quantract'
import { expect, test } from 'vitest'

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const model = file('digits.onnx')
const calibration = file('data/calibration.npz')
const evaluation = file('data/evaluation.npz')
const variants = {
  fp32: { quantization: 'none' },
  implicit: { quantization: 'implicit' },
  explicit: { quantization: 'explicit', model: file('digits.qdq.onnx') },
} as const satisfies BuildSpec['variants']
const target = { backend: 'onnxruntime', provider: 'cpu', threads: 1, batch: 1 } as const

test('INT8 contract of the digits network', async () => {
  const engines = await buildEngines({ model, calibration, evaluation, variants, target })
  await expect(engines).toUphold('implicit fps >= explicit fps')
  await expect(engines).toUphold('accuracy gap < 0.5%')
  await expect(engines.implicit).toBeAtLeastAsFastAs(engines.explicit, { within: '2%' })
})
