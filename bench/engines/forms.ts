import { stat } from 'node:fs/promises'
import { median } from 'simple-statistics'
import { accuracyScore } from '../../src/accuracy/score.ts'
import { resolveTarget } from '../../src/backends/resolve-target.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import type { Engine } from '../../src/builder/engine.ts'
import { timedFeeds } from '../../src/builder/timed-feeds.ts'
import type { Variant } from '../../src/builder/variant.ts'
import { accuracyEstimate } from '../../src/contract/evaluate/accuracy-estimate.ts'
import { messageOf } from '../../src/errors.ts'
import { roundRobin } from '../../src/measure/round-robin.ts'
import type { BenchFiles } from './prepare.ts'
import { best, type FormResult, implicitHere, type ModelResult } from './result.ts'

const variants: Readonly<Record<string, Variant>> = {
  'ORT fp32': { quantization: 'none' },
  [implicitHere]: { quantization: 'implicit' },
  'OpenVINO f32': { quantization: 'none', target: { backend: 'openvino', precision: 'f32' } },
  'OpenVINO float': { quantization: 'none', target: { backend: 'openvino' } },
  'OpenVINO INT8': { quantization: 'explicit', placement: 'openvino', target: { backend: 'openvino' } },
  'OpenVINO implicit': { quantization: 'implicit', target: { backend: 'openvino' } },
  [best]: { quantization: 'implicit', engines: ['onnxruntime', 'openvino'] },
}
const nncfForm = 'OpenVINO NNCF'

/** Builds all forms of a model, times them in turns and asks each for its accuracy. */
export async function benchForms(
  name: string,
  files: BenchFiles,
  { seconds, buildSeconds }: { readonly seconds: number; readonly buildSeconds: number },
): Promise<ModelResult> {
  const { model, calibration, evaluation, nncf } = files
  const spec = { model, calibration, evaluation, buildSeconds }
  const onProgress = (line: string) => {
    if (process.stderr.isTTY) process.stderr.write(`${name}: ${line}\u001b[K\r`)
  }
  const { engines, failures } = await build(spec, onProgress)
  const first = engines['ORT fp32']
  if (!first) return { model: name, forms: {}, failures }
  if ('file' in nncf) engines[nncfForm] = await foreignEngine(first, nncf.file)
  else failures[nncfForm] = nncf.missing
  const contenders = Object.entries(engines).map(
    ([
      id,
      {
        model,
        context: { target },
      },
    ]) => ({
      id,
      model,
      target,
    }),
  )
  const { target } = first.context
  const rounds = await roundRobin(contenders, { feeds: timedFeeds(first), seed: 1, target, seconds })
  const quiet = (id: string) => median(rounds.get(id)!.map(segment => Math.min(...segment)))
  const forms: Record<string, FormResult> = {}
  for (const [id, engine] of Object.entries(engines)) {
    const accuracy = await accuracyEstimate(engine, accuracyScore, {
      onProgress: line => onProgress(`${id}: ${line}`),
    })
    forms[id] = {
      ratio: quiet('ORT fp32') / quiet(id),
      accuracy: accuracy.value,
      ...(id === best && { chose: engine.context.target.backend }),
    }
  }
  return { model: name, forms, failures }
}

/** All forms that can be built: one that cannot leaves the others alone. */
async function build(
  spec: Omit<BuildSpec, 'variants'>,
  onProgress: (line: string) => void,
): Promise<{ readonly engines: Record<string, Engine>; readonly failures: Record<string, string> }> {
  const failures: Record<string, string> = {}
  const wanted: Record<string, Variant> = { ...variants }
  for (;;) {
    try {
      const engines: Record<string, Engine> = {
        ...(await buildEngines({ ...spec, variants: wanted }, { onProgress })),
      }
      return { engines, failures }
    } catch (error) {
      // What was built comes from the cache in the next round.
      const failed = await firstFailure(spec, wanted, onProgress)
      if (failed === undefined) throw error
      failures[failed.form] = failed.why
      delete wanted[failed.form]
      if (Object.keys(wanted).length === 0) return { engines: {}, failures }
    }
  }
}

async function firstFailure(
  spec: Omit<BuildSpec, 'variants'>,
  wanted: Readonly<Record<string, Variant>>,
  onProgress: (line: string) => void,
) {
  for (const [form, variant] of Object.entries(wanted)) {
    try {
      await buildEngines({ ...spec, variants: { [form]: variant } }, { onProgress })
    } catch (error) {
      return { form, why: messageOf(error) }
    }
  }
  return undefined
}

/** A model in OpenVINO's own format, which none of our builds makes, as an engine that can be timed and asked. */
async function foreignEngine(like: Engine, file: string): Promise<Engine> {
  const target = resolveTarget({ backend: 'openvino' })
  const { size } = await stat(file)
  return {
    ...like,
    variant: nncfForm,
    quantization: 'explicit',
    model: file,
    sha256: file,
    bytes: size,
    target,
    context: { ...like.context, target },
  }
}
