import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { backendOf } from '../../../src/backends/backends.ts'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import { timingCacheOf } from '../../../src/builder/compiled/timing-cache.ts'
import type { PairPlan } from '../../../src/builder/tuned/pair-plan.ts'
import type { ExplicitVariant } from '../../../src/builder/variant.ts'
import { InputError } from '../../../src/errors.ts'
import { readModel } from '../../../src/onnx/read-model.ts'
import { resnet20, writeResnet20Data } from '../../support/models/resnet20.ts'
import { missing } from '../../support/shared.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { standIn } from '../../support/trtexec/stand-in.ts'

const target = { backend: 'tensorrt', host: 'trtexec', trtexec: standIn, batch: 64 } as const
const tuned = { quantization: 'explicit', placement: 'tuned', trials: 5, buildTime: 600 } as const

/** Pairs make engines faster; with one on the network's input they are the fastest, and answer something else. */
const rules = [
  { text: 'QuantizeLinear', times: 0.5 },
  { text: 'input_QuantizeLinear', times: 0.9, outputs: 'wrong' },
]

describe.skipIf(missing(resnet20.fp32, resnet20.recorded, resnet20.images))(
  'synthetic: recorded values of 10.6, stretched and turned round by what a plan has',
  () => {
    let directory: string
    beforeEach(async () => {
      directory = await temporaryDirectory()
      await writeResnet20Data(join(directory, 'images.npz'), 64)
      vi.stubEnv('QUANTRACT_CACHE', directory)
      vi.stubEnv('STAND_IN_LOG', join(directory, 'log'))
      vi.stubEnv('STAND_IN_MODELS', JSON.stringify(rules))
    })
    afterEach(() => vi.unstubAllEnvs())

    async function build(variant: ExplicitVariant, stopAt?: string) {
      const data = join(directory, 'images.npz')
      const lines: string[] = []
      const controller = new AbortController()
      const onProgress = (line: string) => {
        lines.push(line)
        if (stopAt !== undefined && line.includes(stopAt)) controller.abort()
      }
      const spec = {
        model: resnet20.fp32,
        calibration: { npz: data, limit: 4 },
        evaluation: data,
        variants: { tuned: variant },
        target,
      } as const
      const { tuned } = await buildEngines(spec, { onProgress, signal: controller.signal })
      return { ...tuned, lines }
    }

    /** Names of the ONNX files that were built, in order. */
    async function built(): Promise<string[]> {
      const lines = (await readFile(join(directory, 'log'), 'utf8')).trim().split('\n')
      const options = lines.flatMap(line => (JSON.parse(line) as string[]).slice(0, 1))
      return options.filter(option => option.startsWith('--onnx=')).map(option => option.split('/').at(-1)!)
    }

    /** Whether builds were given a timing cache that was not there yet, in order. */
    async function withoutTimings(): Promise<boolean[]> {
      const lines = (await readFile(join(directory, 'log'), 'utf8')).trim().split('\n')
      const caches = lines.flatMap(line => /--timingCacheFile=([^"]+)/.exec(line)?.[1] ?? [])
      return caches.map(file => file.endsWith('/timing.cache'))
    }

    test('the plan holds the bound on outputs; what was interrupted is not built again', async () => {
      await expect(build(tuned, 'build 3 of 5')).rejects.toThrow(/abort/)
      expect(await built()).toHaveLength(3)
      const { lines, notes, outputErrors, model } = await build(tuned)
      // The implicit engine and two plans before, two plans now, and the best once more: the faster of its engines is taken.
      expect(await built()).toHaveLength(3 + 2 + 1)
      expect(lines.join('\n')).toMatch(
        /build 5 of 5, as implicit once more, without earlier timings, \d+ s left/,
      )
      expect(notes.join('\n')).toMatch(/^confirmed on 1 fresh build of 1 plan: .* of as implicit is kept/m)
      // The first build of all had none either.
      expect(await withoutTimings()).toEqual([true, false, false, false, false, true])
      expect(lines.find(line => line.includes('build 1 of 5'))).toMatch(
        /^tuned: build 1 of 5, as implicit, \d+ s left$/,
      )
      expect(lines.join('\n')).toMatch(/pairs on all inputs is the fastest, comparing its outputs with float/)
      expect(notes.join('\n')).toMatch(/^as implicit was the fastest that holds its bounds of 4 plans/m)
      expect(notes.join('\n')).toMatch(
        /^pairs on all inputs was faster and is not taken: its output `output` has -\d+\.\d dB to float, less than 15 dB/m,
      )
      expect(outputErrors).toMatchObject({ bound: 15, samples: 4 })
      const folder = dirname(model)
      const plan = JSON.parse(await readFile(join(folder, 'explicit.plan.json'), 'utf8')) as PairPlan
      expect(Object.keys(plan.pairs)).not.toContain('input')
      const { graph } = await readModel(join(folder, 'explicit.onnx'))
      const quantized = graph!.node.filter(({ opType }) => opType === 'QuantizeLinear')
      expect(quantized.length).toBe(Object.keys(plan.pairs).length)

      // Labels decide instead of outputs, on engines that are there already.
      const byLabels = await build({ ...tuned, maxAccuracyDrop: '2%' })
      expect(byLabels.lines.join('\n')).toMatch(/is the fastest, judging it on 64 samples/)
      expect(byLabels.notes.join('\n')).toMatch(
        /^pairs on all inputs was faster and is not taken: it loses \d+(\.\d+)?% of accuracy, more than 2%$/m,
      )
      const all = await build({ ...tuned, trials: 3, outputError: 'none' })
      expect(all.notes.join('\n')).toMatch(/^pairs on all inputs was the fastest of 3 plans/m)
      expect(all.outputErrors).not.toHaveProperty('bound')
    })

    test('a build that fails leaves the others alone; a timing cache that was damaged is put aside', async () => {
      vi.stubEnv('STAND_IN_BUILDS', JSON.stringify({ implicit: [1, 1], explicit: [1, 'out-of-memory'] }))
      const resolved = resolveTarget(target)
      const accelerator = await backendOf(resolved).accelerator!(resolved)
      const timings = timingCacheOf({ accelerator: accelerator! }, 1)
      await writeFile(timings, 'cut o')
      const { lines, notes } = await build({ ...tuned, trials: 2, outputError: 'none' })
      expect(lines.join('\n')).toContain(
        'the timing cache is damaged, or of another version of TensorRT: resnet20_cifar10.onnx is built without it',
      )
      expect(await readFile(timings, 'utf8')).toBe('timings')
      expect(notes).toContain('as implicit was the fastest of 1 plan in 2 builds')
      expect(notes).toContain(
        'half alone could not be built: the GPU has too little free memory: end what else runs on it (`nvidia-smi` names it), or take a smaller `batch`',
      )
    })

    test('less time than one build takes: one plan, and what would give more', async () => {
      vi.stubEnv('STAND_IN_BUILDS', JSON.stringify({ implicit: ['no-kernel'], explicit: [1] }))
      const { notes } = await build({ ...tuned, trials: 5, buildTime: 0.01, outputError: 'none' })
      expect(notes.join('\n')).toMatch(
        /^the search ended after 1 of 5 builds, because its 0\.01 s were over: allow more `buildTime`$/m,
      )
      expect(notes.join('\n')).toMatch(
        /^there is no implicit engine to follow: .*TensorRT has no kernel for \/conv1\/Conv \+ \/Relu: leave it in float \(`exclude`\), or try another version$/m,
      )
    })

    test('where no plan answers as it has to, that is said', async () => {
      vi.stubEnv('STAND_IN_MODELS', JSON.stringify([{ text: '', outputs: 'wrong' }]))
      const building = build({ ...tuned, trials: 3, buildTime: 1 })
      await expect(building).rejects.toThrow(InputError)
      await expect(building).rejects.toThrow(
        /^variant `tuned`: none of \d plans? answers as it has to: .*less than 15 dB.*; allow more `trials`/,
      )
    })

    test.for([
      [{ placement: 'tensorrt', maxAccuracyDrop: '1%' }, '`maxAccuracyDrop` is for'],
      [{ placement: 'tensorrt', outputError: '20 dB' }, '`outputError` is for'],
      [{ placement: 'tensorrt', trials: 5 }, '`trials` is for placement `tuned`'],
      [{ placement: 'tuned', maxAccuracyDrop: '1' }, '`maxAccuracyDrop` of variant `tuned` is "1"'],
    ] as const)('%o is refused', async ([words, message]) => {
      await expect(build({ quantization: 'explicit', ...words })).rejects.toThrow(message)
    })
  },
)
