import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { quantizeFile } from '../../../src/builder/quantize-file.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { embeddingModel, tokens } from '../../support/models/embedding.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/** Sentences of tokens that no two samples share. */
const sentences = Array.from({ length: 8 }, (_, sample) => ({
  ids: {
    shape: [1, tokens],
    data: BigInt64Array.from({ length: tokens }, (_, i) => BigInt((sample * 31 + i * 7) % 256)),
  },
}))

async function quantized(model: ReturnType<typeof embeddingModel>, to: 'explicit' | 'implicit') {
  const directory = await temporaryDirectory()
  const [float, out] = [join(directory, 'float.onnx'), join(directory, 'int8.onnx')]
  await writeModel(model, float)
  const variant = to === 'explicit' ? ({ to, placement: 'onnxruntime' } as const) : ({ to } as const)
  const { engine } = await quantizeFile({
    model: float,
    calibration: () => sentences,
    method: 'minmax',
    variant,
    buildSeconds: 10,
    out,
  })
  const sizes = await Promise.all([float, out].map(async path => (await stat(path)).size))
  return { engine: engine!, share: sizes[1]! / sizes[0]! }
}

describe('an embedding table in a runtime', () => {
  test('by placement is in INT8, counted, and as near as 8 bits are', async () => {
    const { engine, share } = await quantized(embeddingModel(), 'explicit')
    expect(engine.operators).toMatchObject({ Gather: { total: 1, int8: 1 }, MatMul: { total: 1, int8: 1 } })
    expect(engine.outputErrors!.outputs[0]!.sqnr!.worst).toBeGreaterThan(30)
    expect(share).toBeLessThan(0.4)
  })

  test('is in INT8 in every plan that has layers in INT8', async () => {
    const { engine } = await quantized(embeddingModel(), 'implicit')
    // In a model as small as this, what a table takes may be more than is allowed: it is told then.
    const isFloat =
      engine.tuning!.chosen === 'all float' ||
      engine.notes.some(note => note.includes('embedding table stays'))
    expect(engine.operators).toMatchObject({ Gather: { total: 1, int8: isFloat ? 0 : 1 } })
    expect(engine.plan!.layers).toContainEqual(
      expect.objectContaining({ node: 'rows', precision: isFloat ? 'float' : 'int8' }),
    )
  })
})
