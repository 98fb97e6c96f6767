import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { buildModel, conv, tensor } from '../../support/models/model-builder.ts'
import { randomFloats } from '../../support/random-floats.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const flushing = { session: { config: { 'session.set_denormal_as_zero': '1' } } }

/** x -> Conv -> Relu -> y with nine in ten weights denormal. */
async function written(): Promise<string> {
  const { nodes, initializers } = conv('conv', 'x', 'y', [16, 16])
  const weights = randomFloats(16 * 16 * 9, 'weights').map((value, i) =>
    i % 10 === 0 ? value : value * 1e-39,
  )
  const model = buildModel({
    inputs: { x: [1, 16, 16, 16] },
    outputs: ['y'],
    nodes,
    initializers: [tensor('conv.weight', [16, 16, 3, 3], weights), initializers[1]!],
  })
  const path = join(await temporaryDirectory(), 'denormal.onnx')
  await writeModel(model, path)
  return path
}

test('no speed is claimed for INT8 that flushing denormals alone brings', async () => {
  const calibration = () =>
    ['a', 'b', 'c', 'd'].map(seed => ({
      x: { shape: [1, 16, 16, 16], data: randomFloats(16 * 256, seed) },
    }))
  const model = await written()
  const variants = {
    fp32: { quantization: 'none' },
    implicit: { quantization: 'implicit' },
    explicit: { quantization: 'explicit', placement: 'onnxruntime' },
  } as const
  const { fp32, implicit, explicit } = await buildEngines({ model, calibration, variants, buildSeconds: 40 })
  const denormal = /2073 of 2320 weights are denormal numbers.*session\.set_denormal_as_zero/
  expect(fp32!.notes.join('\n')).toMatch(denormal)
  // Whoever builds it alone compares it with the float model by himself.
  expect(explicit!.notes.join('\n')).toMatch(denormal)
  expect(implicit!.notes.join('\n')).toMatch(denormal)
  // Denormals take float forty times as long and more; INT8 does not come near that.
  expect(implicit!.tuning!.confirmation?.ratio ?? 1).toBeLessThan(15)

  const flushed = await buildEngines({ model, calibration, variants, buildSeconds: 40, target: flushing })
  for (const engine of [flushed.fp32, flushed.implicit])
    expect(engine!.notes.join('\n')).not.toMatch('denormal')
})
