import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import { timedFeeds } from '../../../src/builder/timed-feeds.ts'
import { explainerOf } from '../../../src/explain/explainers.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { residual } from '../../support/models/tiny-models.ts'
import { openvinoPython } from '../../support/openvino.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const python = openvinoPython()

describe.skipIf(python === undefined)('with OpenVINO', () => {
  test('every form of a model is built, counted as it runs, and explained', async () => {
    const directory = await temporaryDirectory()
    const model = join(directory, 'residual.onnx')
    await writeModel(residual(), model)
    const target = resolveTarget({ backend: 'openvino', python: python! })
    const engines = await buildEngines({
      model,
      calibration: 'random',
      target,
      buildSeconds: 10,
      variants: {
        fp32: { quantization: 'none' },
        explicit: { quantization: 'explicit', placement: 'onnxruntime' },
        implicit: { quantization: 'implicit' },
      },
    })
    expect(engines.fp32.operators).toEqual({ Conv: { total: 3, int8: 0 } })
    expect(engines.explicit.operators).toEqual({ Conv: { total: 3, int8: 3 } })
    expect(engines.fp32.context.accelerator!.runtime).toMatch(/^OpenVINO /)
    const { tuning, notes } = engines.implicit
    expect(tuning!.candidates.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['all float', 'all INT8', 'as explicit']),
    )
    expect(notes).toContainEqual(expect.stringMatching(/^pairs lie as in the placement `/))

    const options = { feeds: timedFeeds(engines.fp32), seed: 1, target, seconds: 1 }
    const explanation = await explainerOf(target)!.explain(engines.fp32, engines.explicit, options)
    const { layers } = explanation.a
    expect(layers.every(({ microseconds }) => microseconds >= 0)).toBe(true)
    // What becomes of the addition depends on the CPU: a layer, or a part of one that does not name it.
    expect(layers.flatMap(({ nodes }) => nodes)).toEqual(
      expect.arrayContaining(['stem', 'relu', 'branch', 'head']),
    )
    expect(explanation.a.latency).toBeDefined()
  })

  test('the fastest of two runtimes is the engine, and says by how much', async () => {
    const directory = await temporaryDirectory()
    const model = join(directory, 'residual.onnx')
    await writeModel(residual(), model)
    const spec = { model, calibration: 'random', buildSeconds: 6 } as const
    const engines = ['onnxruntime', { backend: 'openvino', python: python! }] as const
    const { best } = await buildEngines({
      ...spec,
      variants: { best: { quantization: 'implicit', engines } },
    })
    const [race] = best.notes
    const [, ratio, taken] =
      /^openvino has ([\d.]+)x \[.*\] the fps of onnxruntime\/cpu, each with its best plan(?:: not told apart, (\w+))?/.exec(
        race!,
      )!
    const faster = Number(ratio) >= 1 ? 'openvino' : 'onnxruntime'
    expect(best.target!.backend).toBe(taken ?? faster)
    expect(Number(ratio)).toBeGreaterThan(0)
    expect(best.context.target).toEqual(best.target)
    const both = { quantization: 'implicit', engines, target: { backend: 'openvino' } } as const
    await expect(buildEngines({ ...spec, variants: { both } })).rejects.toThrow(
      'variant `both`: keep one of `engines` and `target`',
    )
  })
})
