import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { EngineFile, OpenEngines } from '../../../engine/backend.ts'
import type { HostOptions } from '../../../engine/host.ts'
import type { Feed } from '../../../engine/tensor-info.ts'
import { InputError } from '../../../errors.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import type { Device } from '../machine/device.ts'
import { limitsOf } from '../machine/limits.ts'
import type { Machine } from '../machine/machine.ts'
import { optionName } from '../plan/batched.ts'
import { type PlanDescription, readPlanDescription } from '../plan/plan-file.ts'
import type { TensorrtTarget } from '../target.ts'
import { readOutput } from './read-output.ts'
import { readRawOutputs } from './read-raw-outputs.ts'
import { readTimes } from './read-times.ts'
import type { Trtexec } from './seek-trtexec.ts'
import { timeOptions, warmUp } from './time-options.ts'
import { findTrtexec, runTrtexec } from './trtexec.ts'

/** Queries of a run, and about how many seconds it takes from start to end: a CUDA context and the engine are loaded first. */
const run = { inferences: 200, seconds: 1 }

/** Up to 8.4 the rows of the warm-up are among the times. */
const withoutWarmUp = 8500

interface OpenPlan extends PlanDescription {
  readonly file: string
  /** Path on the machine. */
  readonly plan: string
}

/**
 * Opens engine files with trtexec: every segment is a run of its own, because trtexec knows one engine at a time. Inputs
 * are only fed for outputs: timed runs use random values, which cost as much.
 */
export async function openTrtexec(
  device: Device,
  engines: readonly EngineFile[],
  target: TensorrtTarget,
  { signal }: HostOptions,
): Promise<OpenEngines> {
  const { machine } = device
  const trtexec = await findTrtexec(machine, target)
  const open = new Map<string, OpenPlan>()
  for (const { id, model, delay } of engines) {
    if (delay !== undefined) throw new InputError('trtexec cannot delay an inference')
    const description = await readPlanDescription(model)
    if (description.tensorrt !== trtexec.version.number) {
      throw new InputError(`${model}: was built by another TensorRT than trtexec's ${trtexec.version.text}`)
    }
    open.set(id, { ...description, file: model, plan: await machine.send(model) })
  }
  const planOf = (id: string) => {
    const plan = open.get(id)
    if (!plan) throw new Error(`no engine was opened as ${id}`)
    return plan
  }
  const context: Run = { machine, trtexec, device: target.device, seconds: limitsOf(target).run, signal }
  return {
    segments: run,
    signatures: open,
    feed: async () => {},
    async time(order, length) {
      const milliseconds = new Float64Array(order.length * length)
      for (const [i, id] of order.entries()) {
        milliseconds.set(await timeRun(planOf(id), length, context), i * length)
      }
      return milliseconds
    },
    async infer(id, feeds, outputs) {
      const results: Feed[] = []
      for (const feed of feeds) results.push(only(await inferRun(planOf(id), feed, context), outputs))
      return results
    },
    waited: async () => undefined,
    async peakMemory() {
      throw new InputError('the peak memory of an engine on a GPU is not measured: leave the clause out')
    },
    close: async id => void open.delete(id),
    stop: () => device.close(),
  }
}

interface Run {
  readonly machine: Machine
  readonly trtexec: Trtexec
  readonly device: number
  /** How long a run may take. */
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
}

/** Latencies in ms of the last `queries` of a run: one query is one batch. */
async function timeRun(plan: OpenPlan, queries: number, { machine, trtexec, device, ...limits }: Run) {
  const name = `${randomUUID()}.json`
  const words = timeOptions(trtexec, { ...plan, times: machine.path(name), queries, device })
  await runTrtexec(machine, trtexec, words, { ...limits, doing: `${plan.file}: timing` })
  const text = await readFile(await machine.fetch(name), 'utf8').catch(() => {
    throw new InputError(
      `${plan.file}: trtexec said PASSED, but wrote no times: the folder cannot be written to, or it also profiled`,
    )
  })
  const after = trtexec.version.number < withoutWarmUp ? warmUp : 0
  const rows = readTimes(text, `times of ${basename(plan.file)}`, after)
  if (rows.length < queries) {
    throw new InputError(`${plan.file}: trtexec timed ${rows.length} queries of ${queries}`)
  }
  return rows.slice(-queries).map(({ latencyMs }) => latencyMs)
}

/** One inference on given inputs: a process for each. */
async function inferRun(
  plan: OpenPlan,
  feed: Feed,
  { machine, trtexec, device, ...limits }: Run,
): Promise<Feed> {
  const folder = randomUUID()
  const inputs = await scratchDirectory('inputs')
  try {
    const loaded: string[] = []
    for (const [index, [name, { data }]] of [...feed].entries()) {
      const file = join(inputs, `${index}.bin`)
      await writeFile(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      loaded.push(`${optionName(name)}:${await machine.send(file)}`)
    }
    const exact = trtexec.has('--dumpRawBindingsToFile')
    const words = [
      `--loadEngine=${plan.plan}`,
      ...(plan.shapes === undefined ? [] : [`--shapes=${plan.shapes}`]),
      `--loadInputs=${loaded.join(',')}`,
      '--iterations=1',
      '--duration=0',
      '--warmUp=0',
      exact ? '--dumpRawBindingsToFile' : '--exportOutput=output.json',
      `--device=${device}`,
    ]
    const log = await runTrtexec(machine, trtexec, words, {
      ...limits,
      folder,
      doing: `${plan.file}: inference`,
    })
    for (const name of feed.keys()) {
      if (
        log.text.includes(`Using random values for input ${name}`) ||
        !log.text.includes(`for input ${name}`)
      ) {
        throw new InputError(`${plan.file}: trtexec did not use the values given for input \`${name}\``)
      }
    }
    const written = await machine.fetch(folder)
    if (exact) return await readRawOutputs(written, plan.outputs)
    const text = await readFile(join(written, 'output.json'), 'utf8').catch(() => {
      throw new InputError(`${plan.file}: trtexec said PASSED, but wrote no outputs`)
    })
    return readOutput(text, 'outputs of trtexec')
  } finally {
    await rm(inputs, { recursive: true, force: true })
  }
}

function only(feed: Feed, names: readonly string[] | undefined): Feed {
  return names ? new Map([...feed].filter(([name]) => names.includes(name))) : feed
}
