import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defaultTarget } from '../../src/backends/resolve-target.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { Tuning } from '../../src/builder/engine.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { feedsOf } from '../../src/engine/feeds/feeds.ts'
import { messageOf } from '../../src/errors.ts'
import { compareSpeed, type SpeedRatio } from '../../src/measure/compare-speed.ts'
import { successiveHalving } from '../../src/measure/successive-halving.ts'
import { type PlacementName, placements } from '../../src/quantize/placements.ts'
import type { Plan } from '../../src/quantize/plan.ts'
import { accuracyOf } from './accuracy-of.ts'
import type { BenchModel } from './models.ts'
import { pythonRivals, runPython } from './python.ts'

/** What the benchmark found about one model. */
export interface BenchResult {
  readonly model: string
  /** Absent where there are no labels. */
  readonly accuracy?: { readonly fp32: number; readonly implicit: number }
  /** Quiet latency in ms of the overview, fastest first; accuracy where it was looked at. */
  readonly rivals: readonly {
    readonly name: string
    readonly milliseconds: number
    readonly accuracy?: number
  }[]
  /** What could not be made or loaded, and why. */
  readonly failures: Readonly<Record<string, string>>
  readonly best: string
  /** fps of implicit / fps of the best rival, on samples of their own. */
  readonly againstBest: SpeedRatio
  /** fps of implicit / fps of the Python quantizer's U8S8 per channel; absent where that makes no valid model. */
  readonly againstPython?: SpeedRatio & { readonly accuracy?: number }
  /** fps of implicit / fps of the faster of fp32 and all INT8, where implicit mixes. */
  readonly againstUniform?: SpeedRatio
  readonly implicitMilliseconds: number
  readonly buildSeconds: number
  readonly plan: Plan
  readonly tuning: Tuning
}

/** A rival counts where it loses no more accuracy than this. */
const tolerated = 0.005
const python = 'Python U8S8 per-channel minmax'

/**
 * Compares the implicit variant with fp32, with all placements of ours and with all configurations of ONNX Runtime's
 * Python quantizer. The best rival is chosen in one run and compared in another.
 */
export async function benchModel(
  { name, data }: BenchModel,
  { folder, work }: { readonly folder: string; readonly work: string },
): Promise<BenchResult> {
  const model = join(folder, `${name}.onnx`)
  const own = join(work, name)
  const calibration = join(own, 'calibration.npz')
  const progress = (line: string) => console.error(`${name}: ${line}`)
  if (!existsSync(calibration)) await runPython('data.py', [data, model, join(folder, 'eval'), own])
  progress('the Python quantizer')
  const fromPython = await pythonRivals(model, calibration, join(own, 'python'))
  const failures: Record<string, string> = { ...fromPython.failures }
  const rivals = new Map(fromPython.models)

  const { fp32, implicit } = await buildEngines(
    {
      model,
      calibration,
      variants: { fp32: { quantization: 'none' }, implicit: { quantization: 'implicit' } },
    },
    { onProgress: progress },
  )
  rivals.set('fp32', fp32.model)
  for (const placement of Object.keys(placements) as PlacementName[]) {
    try {
      const variants = { explicit: { quantization: 'explicit', placement } } as const
      rivals.set(
        `placement ${placement}`,
        (await buildEngines({ model, calibration, variants })).explicit.model,
      )
    } catch (error) {
      failures[`placement ${placement}`] = messageOf(error)
    }
  }

  progress(`timing ${rivals.size} rivals`)
  const feeds = feedsOf(await loadDataset({ npz: calibration, limit: 16 }, 'calibration'), fp32.inputs, 1)
  const measure = { feeds, target: defaultTarget, seed: 11 }
  const contenders = [...rivals].map(([id, model]) => ({ id, model }))
  const places = await successiveHalving([...contenders, { id: 'implicit', model: implicit.model }], {
    ...measure,
    seconds: 8,
  })
  const millisecondsOf = (id: string) => places.find(place => place.id === id)!.milliseconds

  const evaluation = join(own, 'evaluation.npz')
  const labelled = existsSync(evaluation) ? await loadDataset(evaluation, 'evaluation') : undefined
  progress('accuracy')
  const reference = labelled && (await accuracyOf(fp32.model, labelled))
  const accuracies = new Map<string, number>(reference === undefined ? [] : [['fp32', reference]])
  let best = 'fp32'
  for (const { id } of places.filter(({ id }) => id !== 'implicit')) {
    if (labelled && !accuracies.has(id)) accuracies.set(id, await accuracyOf(rivals.get(id)!, labelled))
    if (reference !== undefined && accuracies.get(id)! < reference - tolerated) continue
    best = id
    break
  }
  if (labelled && rivals.has(python) && !accuracies.has(python)) {
    accuracies.set(python, await accuracyOf(rivals.get(python)!, labelled))
  }

  const against = (id: string) => {
    progress(`implicit against ${id}`)
    const own = { id: 'implicit', model: implicit.model }
    return compareSpeed(own, { id, model: rivals.get(id)! }, { ...measure, seed: 12, seconds: 6 })
  }
  const uniform = ['fp32', 'placement onnxruntime']
    .filter(id => rivals.has(id))
    .sort((a, b) => millisecondsOf(a) - millisecondsOf(b))[0]!
  const precisions = new Set(implicit.plan!.layers.map(({ precision }) => precision))
  return {
    model: name,
    ...(labelled && {
      accuracy: { fp32: reference!, implicit: await accuracyOf(implicit.model, labelled) },
    }),
    rivals: places.map(({ id, milliseconds }) => ({
      name: id,
      milliseconds,
      ...(accuracies.has(id) && { accuracy: accuracies.get(id)! }),
    })),
    failures,
    best,
    againstBest: await against(best),
    ...(rivals.has(python) && {
      againstPython: {
        ...(await against(python)),
        ...(accuracies.has(python) && { accuracy: accuracies.get(python)! }),
      },
    }),
    ...(precisions.size > 1 && { againstUniform: await against(uniform) }),
    implicitMilliseconds: millisecondsOf('implicit'),
    buildSeconds: implicit.buildSeconds,
    plan: implicit.plan!,
    tuning: implicit.tuning!,
  }
}
