import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type AnyTarget, backendOf, backends, type GivenTarget } from '../backends/backends.ts'
import { runHere } from '../backends/gpu/nvidia-smi.ts'
import { watchGpus } from '../backends/gpu/watch-gpus.ts'
import { parseTarget } from '../backends/parse-target.ts'
import { resolveTarget } from '../backends/resolve-target.ts'
import { buildEngines } from '../builder/build-engines.ts'
import { timedFeeds } from '../builder/timed-feeds.ts'
import { withSettings } from '../builder/with-settings.ts'
import { conditions } from '../engine/conditions.ts'
import { environment } from '../engine/environment.ts'
import { pinPrefix } from '../engine/pin.ts'
import { jsonText } from '../json-text.ts'
import { noiseFloor, smallestDifference } from '../measure/noise-floor.ts'
import { lookAtPace } from '../measure/pace/look-at-pace.ts'
import { sampleModel } from '../measure/sample-model.ts'
import { writeModel } from '../onnx/write-model.ts'
import { formatDoctor, type MachineReport } from '../report/format-doctor.ts'
import { scratchDirectory } from '../scratch-directory.ts'
import { writeAtomically } from '../write-atomically.ts'
import type { Command } from './command.ts'
import { seconds, wholeNumber } from './options.ts'
import { checkWritable } from './outputs/check-writable.ts'

/** Pace is looked at for so much longer than noise: a machine stays in one for seconds. */
const paceLooks = 4

export const doctor: Command = {
  name: 'doctor',
  description: 'Look at this machine: what it has, how noisy it is, and which differences it can show',
  takes: 'one model',
  args: {
    model: {
      type: 'positional',
      required: false,
      description: 'ONNX file to compare with itself (default: a small network of six convolutions)',
    },
    seconds: {
      type: 'string',
      valueHint: 'seconds',
      description:
        'Time to measure noise for; the pace of the machine is watched for four times as long (default: 5)',
    },
    threads: { type: 'string', valueHint: 'number', description: 'Threads within an operator (default: 1)' },
    target: {
      type: 'string',
      valueHint: 'name=value,...',
      description: 'Where to measure noise, e.g. backend=tensorrt (default: onnxruntime/cpu)',
    },
    json: { type: 'string', valueHint: 'file', description: 'Write the report to this file' },
  },
  examples: [
    'quantract doctor',
    'quantract doctor model.onnx --seconds 30',
    'quantract doctor --target backend=tensorrt --json doctor.json',
  ],
  exitCodes: {
    0: 'the machine was looked at, whatever was found',
    3: 'it could not be: bad input, a missing file',
  },
  async run(options, { terminal, signal }) {
    const [model] = options.positionals
    const json = options.one('json')
    if (json !== undefined) await checkWritable(json)
    const threads = wholeNumber(options, 'threads', 1)
    const named = options.one('target')
    const given = {
      ...(named !== undefined && parseTarget(named)),
      ...(threads !== undefined && { threads }),
    } as GivenTarget
    const target = resolveTarget(withSettings({ target: given }).target)
    const time = seconds(options, 'seconds') ?? 5
    // Before we measure: our own work is no load of others.
    const before = conditions()
    const ownWatch = await backendOf(target).watch?.(target)
    const watch = ownWatch ?? (await watchGpus(runHere))
    const { noise, pace } = await withModel(model, path =>
      measure(path, target, { time, signal, onProgress: line => terminal.progress(line) }),
    ).catch(async (error: unknown) => {
      await watch.stop()
      throw error
    })
    const gpus = await watch.stop()
    const there = target.launcher && (await backendOf(target).accelerator(target))
    const pin = there ? undefined : await pinPrefix(target.threads)
    const installed = await Promise.all(
      Object.keys(backends).map(backend => {
        const here = target.backend === backend ? target : resolveTarget({ backend })
        return backendOf(here).installed(here)
      }),
    )
    const report: MachineReport = {
      environment: environment(),
      target,
      ...(there && { there }),
      installed: installed.flat(),
      conditions: before,
      ...(pin && { pinnedTo: pin.cpus }),
      gpus,
      ...(there && ownWatch && { gpusThere: true }),
      model: model ?? 'a model of six convolutions',
      noise,
      ...(pace && { pace }),
      smallestDifferences: [1, 5, 30].map(limit => ({
        seconds: limit,
        difference: smallestDifference(noise, limit),
      })),
    }
    terminal.print(formatDoctor(report))
    if (json !== undefined) await writeAtomically(json, jsonText(report))
    return 0
  },
}

async function withModel<Result>(
  given: string | undefined,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  if (given !== undefined) return use(resolve(given))
  const directory = await scratchDirectory('doctor')
  try {
    const path = join(directory, 'sample.onnx')
    await writeModel(sampleModel(), path)
    return await use(path)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface LookOptions {
  /** Seconds for the noise. */
  readonly time: number
  readonly signal: AbortSignal
  readonly onProgress: (line: string) => void
}

async function measure(model: string, target: AnyTarget, { time, signal, onProgress }: LookOptions) {
  const spec = { model, calibration: 'random', variants: { model: { quantization: 'none' } } } as const
  const { model: engine } = await buildEngines({ ...spec, target }, { signal })
  const options = { feeds: timedFeeds(engine), seed: 1, target, signal }
  const contender = { model: engine.model }
  const paceSeconds = paceLooks * time
  onProgress(`looking at the pace of the machine for ${paceSeconds} s`)
  const pace = await lookAtPace(contender, { ...options, seconds: paceSeconds })
  onProgress(`measuring noise for ${time} s`)
  return { noise: await noiseFloor(contender, { ...options, seconds: time }), pace }
}
