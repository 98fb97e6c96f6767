import { expect, test, vi } from 'vitest'
import { saturationRisk } from '../../../src/explain/causes/saturation-risk.ts'
import { reduceWeights } from '../../../src/quantize/rewrites/reduce-weights.ts'
import { sevenBitsFor } from '../../support/models/seven-bits.ts'
import { withoutVnni } from '../../support/preload/without-vnni.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { between, quantized, relu } from '../onnxruntime/plant.ts'
import { profileModel } from '../onnxruntime/profile-model.ts'

test('the CPU behind a launcher decides, not this one', async () => {
  const subject = await profileModel(quantized(between(relu), 'onnxruntime'))
  const on = (platform: string, ...instructionSets: string[]) => {
    const there = { ...subject, cpu: { platform, instructionSets } }
    return saturationRisk.find({ subject: there, other: there, rows: [], timeOf: () => 1 }) !== undefined
  }
  expect(on('linux-x64', 'avx2')).toBe(true)
  expect(on('linux-x64', 'avx2', 'avx512_vnni')).toBe(false)
  expect(on('linux-arm64')).toBe(false)
})

/** Where VNNI cannot be hidden, an emulated CPU takes its time to load the runtime. */
const patience = 1_800_000

test('weights that use all 8 bits, on a CPU without VNNI alone', { timeout: patience }, async ({ skip }) => {
  const cpu = await withoutVnni(await temporaryDirectory())
  if ('missing' in cpu) return skip(cpu.missing)
  const eightBits = quantized(between(relu), 'onnxruntime')
  const findIn = async (model: typeof eightBits) => {
    const subject = await profileModel(model)
    return saturationRisk.find({ subject, other: subject, rows: [], timeOf: () => 1 })
  }
  if (cpu.launcher !== '') expect(await findIn(eightBits)).toBeUndefined()

  vi.stubEnv('QUANTRACT_LAUNCHER', cpu.launcher)
  expect((await findIn(eightBits))?.sentence).toMatch(
    /no VNNI, .* the weights of 2 layers .*: `first`, `last`$/,
  )
  expect(await findIn(reduceWeights(eightBits, sevenBitsFor(['first', 'last'])))).toBeUndefined()
})
