import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { GivenTarget } from '../../src/backends/backends.ts'
import { resolveTarget } from '../../src/backends/resolve-target.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { Engine, Engines } from '../../src/builder/engine.ts'
import { findOverflow } from '../../src/builder/overflow/overflow.ts'
import { calibrate } from '../../src/calibration/calibrate.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { feedsOf } from '../../src/engine/feeds/feeds.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { dequantized, numbers } from '../support/describe-graph.ts'
import { randomFeed } from '../support/models/model-builder.ts'
import { saturatingModel, writeSaturatingData } from '../support/models/saturating.ts'
import { withoutVnni } from '../support/preload/without-vnni.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { unitRanges } from '../support/unit-ranges.ts'

/** Where VNNI cannot be hidden, the CPU is emulated, some 100 times slower. */
const patience = 1_800_000

afterEach(() => vi.unstubAllEnvs())

test('channels that overflow on a CPU without VNNI get narrower weights, and nothing else does', {
  timeout: patience,
}, async ({ skip }) => {
  const directory = await temporaryDirectory()
  const cpu = await withoutVnni(directory)
  if ('missing' in cpu) return skip(cpu.missing)
  const [model, eightBits, data] = ['float.onnx', 'eight-bits.onnx', 'data.npz'].map(file =>
    join(directory, file),
  ) as [string, string, string]
  const float = saturatingModel()
  await writeModel(float, model)
  await writeSaturatingData(data, 64)
  const ranges = await calibrate({
    model,
    data: await loadDataset(data, 'calibration'),
    method: 'minmax',
    grid: 'uint8',
  })
  await writeModel(quantizeModel(quantizableForm(float), { ranges, placement: 'onnxruntime' }), eightBits)

  vi.stubEnv('QUANTRACT_LAUNCHER', cpu.launcher)
  const engines = await buildEngines({
    model,
    calibration: data,
    evaluation: data,
    buildSeconds: 12,
    variants: {
      fp32: { quantization: 'none' },
      unchecked: { quantization: 'none', model: eightBits },
      implicit: { quantization: 'implicit', calibration: 'minmax' },
      explicit: { quantization: 'explicit', model: eightBits },
    },
    budgetSeconds: 3,
  })
  const verdict = async (text: string) =>
    (await evaluateClause(parseClause(text, { variants: Object.keys(engines) }), engines)).verdict

  expect(await verdict('fp32 accuracy >= 100%')).toBe('upheld')
  expect(await verdict('unchecked accuracy <= 50%')).toBe('upheld')
  expect(await verdict('explicit accuracy gap to fp32 < 0.5%')).toBe('upheld')
  expect(await verdict('implicit accuracy gap to fp32 < 0.5%')).toBe('upheld')
  expect(await verdict('accuracy gap < 0.5%')).toBe('upheld')

  expect(overflowNotes(engines)).toEqual({
    fp32: [],
    unchecked: ['sums'],
    implicit: expect.any(Array),
    explicit: ['sums'],
  })
  expect(await largestWeight(engines.explicit, 'sums')).toBe(64)
  expect(await largestWeight(engines.explicit, 'contrast')).toBe(127)
})

test('layers whose activations do not fit into memory together are compared in turns', {
  timeout: patience,
}, async ({ skip }) => {
  const directory = await temporaryDirectory()
  const cpu = await withoutVnni(directory)
  if ('missing' in cpu) return skip(cpu.missing)
  const [float, data] = [saturatingModel(), join(directory, 'data.npz')]
  await writeSaturatingData(data, 8)
  const ranges = new Map([...unitRanges(float, { min: 0, max: 24 }), ['x', { min: 0, max: 1 }]])
  const quantized = quantizeModel(quantizableForm(float), { ranges, placement: 'onnxruntime' })
  const samples = await loadDataset(data, 'calibration')
  const inputs = [{ name: 'x', type: 'float32', shape: ['n', 4, 8, 8] }]
  const options = { feeds: feedsOf(samples, inputs, 1), directory, target: resolveTarget({}) }
  vi.stubEnv('QUANTRACT_LAUNCHER', cpu.launcher)
  const whole = await findOverflow(quantized, options)
  expect(whole.map(({ node }) => node)).toContain('sums')
  expect(await findOverflow(quantized, { ...options, memoryBudget: 1 })).toEqual(whole)
})

test('of images that do not fit into memory together the middle is compared', {
  timeout: patience,
}, async ({ skip }) => {
  const directory = await temporaryDirectory()
  const cpu = await withoutVnni(directory)
  if ('missing' in cpu) return skip(cpu.missing)
  const [size, data] = [96, join(directory, 'data.npz')]
  const float = saturatingModel(size)
  await writeSaturatingData(data, 4, size)
  const ranges = new Map([...unitRanges(float, { min: 0, max: 24 }), ['x', { min: 0, max: 1 }]])
  const quantized = quantizeModel(quantizableForm(float), { ranges, placement: 'onnxruntime' })
  const inputs = [{ name: 'x', type: 'float32', shape: ['n', 4, size, size] }]
  const feeds = feedsOf(await loadDataset(data, 'calibration'), inputs, 1)
  const options = { feeds, directory, target: resolveTarget({}) }
  vi.stubEnv('QUANTRACT_LAUNCHER', cpu.launcher)
  const [whole] = await findOverflow(quantized, options)
  const [middle] = await findOverflow(quantized, { ...options, memoryBudget: 1 })
  expect(middle).toMatchObject({ node: 'sums', channels: whole!.channels })
  expect(middle!.share).toBeCloseTo(whole!.share, 1)
})

test('no kernel is looked at for a target that is not the CPU: nothing runs there', async () => {
  const directory = await temporaryDirectory()
  const model = saturatingModel()
  const quantized = quantizeModel(quantizableForm(model), {
    ranges: unitRanges(model),
    placement: 'onnxruntime',
  })
  const findings = (target: GivenTarget) =>
    findOverflow(quantized, {
      feeds: [randomFeed('x', [1, 4, 8, 8])],
      directory,
      target: resolveTarget(target),
    })
  // Whatever is started ends at once.
  vi.stubEnv('QUANTRACT_LAUNCHER', 'false')
  expect(await findings({ backend: 'tensorrt' })).toEqual([])
  expect(await findings({ provider: 'webgpu' })).toEqual([])
  expect(await findings({ provider: 'cuda', device: 0 })).toEqual([])
  await expect(findings({ provider: 'cpu' })).rejects.toThrow('the host process ended with exit code 1')
})

/** Layers that the notes of each engine name. */
function overflowNotes(engines: Engines): Record<string, string[]> {
  const layers = (notes: readonly string[]) =>
    notes.flatMap(note => /^layer `(.+)` overflows on this CPU/.exec(note)?.[1] ?? [])
  return Object.fromEntries(Object.entries(engines).map(([name, { notes }]) => [name, layers(notes)]))
}

async function largestWeight({ model }: Engine, layer: string): Promise<number> {
  return Math.max(...numbers(dequantized(await readModel(model), layer, 1).integers).map(Math.abs))
}
