import { backendOf } from '../../backends/backends.ts'
import type { OpenEngines } from '../../engine/backend.ts'
import { feedsOf } from '../../engine/feeds.ts'
import type { Target } from '../../engine/target.ts'
import { readModel } from '../../onnx/read-model.ts'
import { hasQdq } from '../../quantize/qdq/has-qdq.ts'
import type { BuildTask } from '../task.ts'
import { cutPart, partName } from './cut-part.ts'
import { findParts } from './find-parts.ts'
import type { OutputErrors, OutputSummary } from './output-errors.ts'
import type { OutputPart } from './output-parts.ts'
import { type SampleValues, sampleValues } from './sample-values.ts'
import { type OutputPair, type OutputValues, summarizeOutput } from './summarize-output.ts'

/** Compares engines with the float model, output by output, on the same samples. */
export interface OutputGuard {
  /** Runs a model on all samples. */
  errorsOf(model: string): Promise<OutputErrors>
  /**
   * What models lose, to find out where errors come from: energy of the error as a share of the output's energy, of the
   * output that loses most, over a few samples.
   */
  lossesOf(models: readonly string[]): Promise<number[]>
  /** About how many seconds that takes for each model. */
  readonly secondsPerLoss: number
}

/** Samples on which losses are measured, and seconds that they may take for each model: one is the least. */
const [mostLossSamples, lossSeconds] = [4, 2]
/** Outputs of the float model that are held in memory, in bytes. */
const mostBytes = 2 ** 28
/** Memory for engines that are open together, in bytes: each takes about as much as the float model did. On a GPU nobody knows. */
const mostForEngines = 2 ** 30

/**
 * Runs the float model on the samples that were held back; undefined where nothing can be said: there are no samples, they
 * are random numbers, the model itself is in INT8, or the backend compiles engines of its own.
 */
export async function openGuard(task: BuildTask): Promise<OutputGuard | undefined> {
  const { context, source, signal } = task
  const { target, guard } = context
  if (!guard || backendOf(target).compile) return undefined
  const { data, heldBack } = guard
  const model = await readModel(source.path)
  if (hasQdq(model)) return undefined
  const parts = await findParts(model, task)

  /** Outputs of the first samples, as many as `goesOn` takes. */
  const run = async (
    id: string,
    engines: OpenEngines,
    goesOn: (done: readonly SampleValues[]) => boolean,
  ) => {
    const { inputs } = engines.signatures.get(id)!
    const done: SampleValues[] = []
    for (const feed of feedsOf(data, inputs, target.batch)) {
      if (!goesOn(done)) break
      signal?.throwIfAborted()
      const [outputs] = await engines.infer(id, [feed])
      done.push(...sampleValues(outputs!, Math.min(target.batch, data.size - done.length), target.batch))
    }
    return done
  }
  const open = (models: readonly string[], { reuse, on = target }: { reuse: boolean; on?: Target }) =>
    backendOf(on).open(
      models.map((model, i) => ({ id: String(i), model })),
      on,
      { signal, reuse },
    )

  const engines = await open([source.path], { reuse: false, on: inFloat32(target) })
  let reference: SampleValues[]
  let together = 1
  const start = performance.now()
  try {
    reference = await run('0', engines, done => bytesOf(done) < mostBytes || done.length < mostLossSamples)
    together = Math.max(
      1,
      Math.floor(mostForEngines / (await engines.peakMemory().catch(() => mostForEngines))),
    )
  } finally {
    await engines.stop()
  }
  const secondsEach = (performance.now() - start) / 1000 / reference.length
  const lossSamples = Math.min(
    reference.length,
    Math.max(1, Math.min(mostLossSamples, Math.floor(lossSeconds / secondsEach))),
  )
  const compare = (outputs: readonly SampleValues[]) =>
    [...reference[0]!.keys()].flatMap(name => {
      const pairs = outputs.map((output, sample): OutputPair => {
        return { reference: reference[sample]!.get(name)!, output: output.get(name) }
      })
      return [summarizeOutput(name, pairs), ...partsOf(name, pairs, parts.get(name) ?? [])]
    })
  const measure = async (models: readonly string[], samples: number) => {
    const found = []
    for (let first = 0; first < models.length; first += together) {
      const some = models.slice(first, first + together)
      const engines = await open(some, { reuse: true })
      try {
        for (const i of some.keys())
          found.push(compare(await run(String(i), engines, done => done.length < samples)))
      } finally {
        await engines.stop()
      }
    }
    return found
  }
  return {
    secondsPerLoss: secondsEach * lossSamples,
    async errorsOf(model) {
      const [outputs] = await measure([model], reference.length)
      return { samples: reference.length, heldBack, outputs: outputs! }
    },
    async lossesOf(models) {
      const found = await measure(models, lossSamples)
      return found.map(outputs =>
        Math.max(...outputs.map(({ sqnr }) => (sqnr ? 10 ** (-sqnr.overall / 10) : 0))),
      )
    },
  }
}

/** The parts of an output, each as an output of its own; one that a sample has not is left out. */
function partsOf(name: string, pairs: readonly OutputPair[], parts: readonly OutputPart[]): OutputSummary[] {
  return parts.flatMap(part => {
    const cut = ({ data, shape, isFloat }: OutputValues): OutputValues | undefined => {
      const values = cutPart(data, shape, part)
      return values && { isFloat, shape: [values.length], data: values }
    }
    const cutPairs = pairs.map(({ reference, output }) => ({
      reference: cut(reference),
      output: output && cut(output),
    }))
    const known = cutPairs.flatMap(({ reference, output }) => (reference ? [{ reference, output }] : []))
    return known.length === pairs.length ? [summarizeOutput(partName(name, part), known)] : []
  })
}

function bytesOf(samples: readonly SampleValues[]): number {
  return samples.flatMap(values => [...values.values()]).reduce((sum, { data }) => sum + data.byteLength, 0)
}

/** What engines are compared with computes in 32 bits. */
function inFloat32(target: Target): Target {
  return backendOf(target).inFloat32?.(target) ?? target
}
