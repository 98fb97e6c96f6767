import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { findProvider } from '../../../src/backends/onnxruntime/providers/find-provider.ts'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import { parseClause } from '../../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../../src/contract/evaluate-clause.ts'
import { loadContract } from '../../../src/contract/file/load-contract.ts'
import { runContract } from '../../../src/contract/run-contract.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { runningHosts } from '../../support/hosts.ts'
import { saturatingModel, writeSaturatingData } from '../../support/models/saturating.ts'
import { softwareGpu } from '../../support/software-gpu.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

let gpu: Awaited<ReturnType<typeof softwareGpu>>
beforeAll(async () => {
  gpu = await softwareGpu()
})
beforeEach(({ skip }) => {
  if ('missing' in gpu) return skip(gpu.missing)
  vi.stubEnv('VK_ICD_FILENAMES', gpu.VK_ICD_FILENAMES)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  expect(await runningHosts()).toEqual([])
})

/** A small convolutional classifier and data for it. */
async function classifier() {
  const directory = await temporaryDirectory()
  const [model, data] = [join(directory, 'float.onnx'), join(directory, 'data.npz')]
  await writeModel(saturatingModel(), model)
  await writeSaturatingData(data, 16)
  return { directory, model, data }
}

test('the adapter is known by name, and that it is a program', async () => {
  expect(await findProvider({ provider: 'webgpu' })).toEqual({
    device: expect.stringMatching(/^SwiftShader .+, a program on the CPU and no GPU$/),
    driver: expect.stringContaining('libvk_swiftshader.so'),
    runtime: expect.stringMatching(/^ONNX Runtime [\d.]+ \(webgpu\)$/),
  })
})

test('a contract about a float model: it runs on the adapter alone, and is judged', async () => {
  const { directory } = await classifier()
  const path = join(directory, 'webgpu.contract.json')
  const contract = {
    title: 'a classifier on WebGPU',
    model: 'float.onnx',
    data: { evaluation: { npz: 'data.npz' } },
    target: { backend: 'onnxruntime', provider: 'webgpu' },
    budget: 1,
    variants: { fp32: { quantization: 'none' } },
    clauses: ['fp32 accuracy >= 100%', 'fp32 p50 latency < 60 s', 'fp32 peak memory < 1 GB'],
  }
  await writeFile(path, JSON.stringify(contract))
  const { outcomes, engines, environment } = await runContract(await loadContract(path))
  expect(environment.accelerator?.device).toContain('SwiftShader')
  expect(engines[0]).not.toHaveProperty('fallback')
  const error = expect.stringContaining('on a GPU is not measured')
  expect(outcomes).toMatchObject([{ verdict: 'upheld' }, { verdict: 'upheld' }, { error }])
})

test('INT8 leaves nodes to the CPU: they are named, and no speed is judged', async () => {
  const { model, data } = await classifier()
  const engines = await buildEngines({
    model,
    calibration: data,
    evaluation: data,
    target: { provider: 'webgpu' },
    buildSeconds: 5,
    variants: {
      fp32: { quantization: 'none' },
      int8: { quantization: 'explicit', placement: 'onnxruntime', calibration: 'minmax' },
      implicit: { quantization: 'implicit', calibration: 'minmax' },
    },
  })
  const { fp32, int8, implicit } = engines
  expect(fp32).not.toHaveProperty('fallback')
  const { nodes, total } = int8.fallback!
  expect(new Set(nodes.map(({ op }) => op))).toEqual(new Set(['QuantizeLinear']))
  const [sentence] = int8.notes
  expect(sentence).toMatch(`${nodes.length} of ${total} nodes ran on the CPU: QuantizeLinear \``)
  // The implicit builder takes what runs there.
  expect(implicit.tuning).toMatchObject({ chosen: 'all float' })
  expect(implicit.notes).toContainEqual(
    expect.stringMatching(/^candidate `as int8` was dropped: .* nodes ran on the CPU/),
  )

  const evaluate = (text: string) =>
    evaluateClause(parseClause(text, { variants: Object.keys(engines) }), engines)
  expect(await evaluate('int8 accuracy >= 90%')).toMatchObject({ verdict: 'upheld' })
  for (const clause of ['int8 fps >= 1 fps', 'fp32 fps >= int8 fps', 'int8 p99 latency < 60 s']) {
    await expect(evaluate(clause)).rejects.toThrow(
      `variant \`int8\` does not run on onnxruntime/webgpu alone: ${sentence}`,
    )
  }
})
