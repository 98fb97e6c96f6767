import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ArgsDef } from 'citty'
import { predict } from '../accuracy/predict.ts'
import { scoreSamples } from '../accuracy/score.ts'
import type { Engine } from '../builder/engine.ts'
import { calibrate } from '../calibration/calibrate.ts'
import { timedFeeds } from '../contract/evaluate/timed-feeds.ts'
import type { EngineFile } from '../engine/backend.ts'
import { InputError } from '../errors.ts'
import type { Explanation } from '../explain/explain.ts'
import { explainerOf } from '../explain/explainers.ts'
import { accuracyByLayer } from '../explain/onnxruntime/accuracy-by-layer.ts'
import { type FixedModel, type RemedyRounds, remedyRounds } from '../explain/onnxruntime/remedy-rounds.ts'
import type { MeasureOptions } from '../measure/contender.ts'
import type { ModelProto } from '../onnx/onnx_pb.ts'
import { readModel } from '../onnx/read-model.ts'
import { writeModel } from '../onnx/write-model.ts'
import { nameNodes } from '../quantize/name-nodes.ts'
import { hasQdq } from '../quantize/qdq/has-qdq.ts'
import type { Ranges } from '../quantize/ranges.ts'
import { removeQdq } from '../quantize/rewrites/remove-qdq.ts'
import { explanationJson } from '../report/explanation/explanation-json.ts'
import { formatAccuracyByLayer } from '../report/explanation/format-accuracy-by-layer.ts'
import { formatExplanation } from '../report/explanation/format-explanation.ts'
import { formatExplanationHtml } from '../report/explanation/format-explanation-html.ts'
import { formatExplanationMarkdown } from '../report/explanation/format-explanation-markdown.ts'
import { formatRemedies, remedyLines } from '../report/explanation/format-remedies.ts'
import { speedRatio } from '../report/speed-ratio.ts'
import { enginesToExplain } from './engines-to-explain.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { checkWritable } from './json-file.ts'
import { type Options, seconds } from './options.ts'
import type { Terminal } from './terminal.ts'

/** Options of `explain` for ONNX files and contracts. */
export const modelArgs = {
  calibration: {
    type: 'string',
    valueHint: 'file.npz',
    description: 'Inputs to run ONNX files on, also for ranges that remedies need (default: random ones)',
  },
  evaluation: {
    type: 'string',
    valueHint: 'file.npz',
    description: 'Labelled inputs, to see what remedies do to accuracy',
  },
  variants: {
    type: 'string',
    valueHint: 'x,y',
    description:
      'The two variants of a contract to explain (default: implicit and explicit, or the first two)',
  },
  fix: { type: 'string', valueHint: 'out.onnx', description: 'Write the model with the fastest remedies' },
  accuracy: {
    type: 'boolean',
    description: 'Measure layer by layer what quantization does to accuracy; needs labelled data',
  },
  'no-remedies': { type: 'boolean', description: 'Name causes, but try no remedies' },
  threads: { type: 'string', valueHint: 'number', description: 'Threads within an operator (default: 1)' },
  batch: { type: 'string', valueHint: 'number', description: 'Samples per inference (default: 1)' },
  seconds: {
    type: 'string',
    valueHint: 'seconds',
    description: 'Time to measure both engines for; each remedy gets half of it (default: 8)',
  },
} as const satisfies ArgsDef

/** Time to measure a remedy for, in seconds. */
const remedySeconds = 4

/** What `explain` writes into files, and how it ends. */
export interface OnnxExplained {
  readonly exitCode: ExitCode
  readonly json: string
  readonly markdown: string
  readonly html: string
}

/** Whether `explain` runs a file itself: ONNX models and contracts; trtexec's profiles are read. */
export function isModel(path: string): boolean {
  return path.endsWith('.onnx') || path.endsWith('.contract.json')
}

/** Times, profiles and explains two ONNX files, or two variants of a contract, and tries remedies on the slower one. */
export async function explainOnnx(
  files: readonly string[],
  options: Options,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<OnnxExplained> {
  const fix = await fixPath(files, options)
  const time = seconds(options, 'seconds')
  const onProgress = (line: string) => terminal.progress(line)
  const [a, b] = await enginesToExplain(files, options, { signal, onProgress })
  const { target, seed } = a.context
  const measure = { feeds: timedFeeds(a), target, seed, signal }
  onProgress(`timing and profiling ${a.variant} and ${b.variant}`)
  const explainer = explainerOf(target)!
  const explanation = await explainer.explain(a, b, {
    ...measure,
    ...(time !== undefined && { seconds: time }),
  })
  terminal.print(formatExplanation(explanation, { color: terminal.color }))

  // What the backend compiled is no model that could be changed and tried.
  if (!explainer.changesModels) return explained(explanation, exitCodes.upheld)
  const slower = explanation.slower === 'a' ? a : b
  const directory = await mkdtemp(join(tmpdir(), 'quantract-remedies-'))
  try {
    let tried: RemedyRounds | undefined
    const model = nameNodes(await readModel(slower.model))
    if (!options.flag('no-remedies') && hasQdq(model)) {
      const causes = explanation.causes.filter(({ engine }) => engine === explanation.slower)
      const ranges = await rangesOf(model, slower, { directory, signal, onProgress })
      const accuracyOf = accuracyOn(slower, signal)
      tried = await remedyRounds(fileOf(slower), fileOf(slower === a ? b : a), causes, {
        ...measure,
        directory,
        ranges,
        accuracyOf,
        onProgress,
        seconds: time === undefined ? remedySeconds : time / 2,
      })
      terminal.print(`\n${formatRemedies(slower.variant, tried, { color: terminal.color })}`)
    }
    if (options.flag('accuracy')) {
      const found = await accuracyOf([b, a], { ...measure, directory, onProgress })
      terminal.print(`\n${formatAccuracyByLayer(found.variant, found.score, found.layers, terminal)}`)
    }
    const exitCode = fix === undefined ? exitCodes.upheld : await writeFix(fix, tried?.fixed, terminal)
    return explained(explanation, exitCode, tried)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Where the fix goes: checked before anything is measured for it. */
async function fixPath(files: readonly string[], options: Options): Promise<string | undefined> {
  const path = options.one('fix')
  if (path === undefined) return undefined
  if (options.flag('no-remedies')) {
    throw new InputError('`--fix` writes what remedies made, and `--no-remedies` tries none: leave one away')
  }
  if (files.some(file => resolve(file) === resolve(path))) {
    throw new InputError(`\`--fix ${path}\` is what is to be explained: name another file`)
  }
  await checkWritable(path, 'fix')
  return path
}

function explained(explanation: Explanation, exitCode: ExitCode, tried?: RemedyRounds): OnnxExplained {
  const lines = tried ? remedyLines(tried) : []
  return {
    exitCode,
    json: explanationJson(explanation, tried),
    markdown: formatExplanationMarkdown(explanation, lines),
    html: formatExplanationHtml(explanation, lines),
  }
}

function fileOf({ variant, model }: Engine): EngineFile {
  return { id: variant, model }
}

/** Ranges of the float model, from the calibration or evaluation data of the engine. */
async function rangesOf(
  model: ModelProto,
  { context }: Engine,
  options: {
    readonly directory: string
    readonly signal: AbortSignal
    readonly onProgress: (line: string) => void
  },
): Promise<Ranges> {
  const float = join(options.directory, 'float.onnx')
  await writeModel(removeQdq(model).model, float)
  return calibrate({
    model: float,
    data: (context.calibration ?? context.evaluation)!,
    method: 'minmax',
    grid: 'uint8',
    threads: context.target.threads,
    signal: options.signal,
    onProgress: ({ done, total }) => options.onProgress(`calibrating, ${done} of ${total}`),
  })
}

/** Of the first engine that has Q/DQ nodes. */
async function accuracyOf(
  engines: readonly Engine[],
  {
    target,
    ...options
  }: MeasureOptions & { readonly directory: string; readonly onProgress: (line: string) => void },
) {
  for (const engine of engines) {
    const model = nameNodes(await readModel(engine.model))
    if (!hasQdq(model)) continue
    const accuracyOf = accuracyOn(engine, options.signal)
    if (!accuracyOf) {
      throw new InputError('`--accuracy` needs labelled data: name it as `--evaluation`, or in the contract')
    }
    const score = await accuracyOf(fileOf(engine))
    const layers = await accuracyByLayer(model, { ...options, threads: target.threads, accuracyOf })
    return { variant: engine.variant, score, layers }
  }
  throw new InputError('`--accuracy` needs a model with Q/DQ nodes: neither has any')
}

function accuracyOn({ context }: Engine, signal: AbortSignal | undefined) {
  const { evaluation: data, target, metrics } = context
  if (!data?.labels) return undefined
  return async (engine: EngineFile): Promise<number> => {
    const outputs = await predict(engine, data, { target, signal })
    const predictions = { model: engine.model, samples: outputs.map((_, sample) => sample), outputs }
    const scores = scoreSamples('accuracy', predictions, data, metrics)
    return scores.reduce((sum, score) => sum + score, 0) / scores.length
  }
}

async function writeFix(path: string, fixed: FixedModel | undefined, terminal: Terminal): Promise<ExitCode> {
  if (!fixed) {
    terminal.fail(`nothing was written to ${path}: no remedy made the model faster`)
    return exitCodes.notEvaluated
  }
  await writeModel(await readModel(fixed.model), path)
  const ids = [...new Set(fixed.changes.map(({ id }) => id))].join(', ')
  terminal.print(`\n${path}: the model with ${ids}, ${speedRatio(fixed.speed)}`)
  return exitCodes.upheld
}
