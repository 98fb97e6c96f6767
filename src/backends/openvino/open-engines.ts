import { basename } from 'node:path'
import type { EngineFile, OpenEngines, OpenOptions, PacedTimes, Signature } from '../../engine/backend.ts'
import { decodeFeed, type EncodedTensor, encodeTensors } from '../../engine/feeds/encode-feed.ts'
import type { Host } from '../../engine/host.ts'
import { launchedFolder } from '../../engine/launched/launched-folder.ts'
import { probeOf } from '../../engine/launched/probe-of.ts'
import { pythonOf } from '../../engine/python-of.ts'
import type { Feed } from '../../engine/tensor-info.ts'
import { borrowHost } from '../../engine/used-hosts.ts'
import { InputError } from '../../errors.ts'
import { readModel } from '../../onnx/read-model.ts'
import { pluginSettings } from './plugin-settings.ts'
import { program, startOpenvinoHost } from './python-host.ts'
import type { DescribedStep } from './runtime-steps.ts'
import type { OpenvinoTarget } from './target.ts'
import { whyRefused } from './why-refused.ts'

/** Engines in one host process of OpenVINO. */
export interface OpenvinoEngines extends OpenEngines {
  layers(id: string): Promise<readonly DescribedStep[]>
  /** By engine and step, in µs: what an engine with PERF_COUNT has counted. */
  counters(ids: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>>
}

/** Feeds that are on their way at a time: a text of many images would be longer than texts can be. */
const together = 2

/** Compiles models, in the order given, in one host process. */
export async function openEngines(
  models: readonly EngineFile[],
  target: OpenvinoTarget,
  { reuse, ...options }: OpenOptions & { readonly settings?: Readonly<Record<string, string>> } = {},
): Promise<OpenvinoEngines> {
  const host = await (reuse
    ? borrowHost(program, {
        processSettings: JSON.stringify([pythonOf(target), target.launcher]),
        start: (_, started) => startOpenvinoHost(target, started),
        signal: options.signal,
      })
    : startOpenvinoHost(target, options))
  const { launcher } = target
  const settings = { ...pluginSettings(target), ...options.settings }
  try {
    const signatures = new Map<string, Signature>()
    for (const { id, model, delay = 0 } of models) {
      const path = launcher ? await (await launchedFolder(launcher)).sendModel(model) : model
      const opened = host.call<Signature>('open', id, path, settings, target.batch, delay)
      signatures.set(id, await opened.catch(error => refuse(host, model, error)))
    }
    return {
      segments: 'inferences',
      probe: launcher ? probeOf(launcher, 'zlib') : 'zlib',
      ...(host.cpus !== undefined && { cpus: host.cpus }),
      signatures,
      feed: feeds => host.call('feed', feeds.map(encodeTensors)),
      time: async (order, length) => Float64Array.from(await host.call<number[]>('time', order, length)),
      timeWithPace: async (order, length, every) => {
        const paced = await host.call<Record<keyof PacedTimes, number[]>>(
          'timeWithPace',
          order,
          length,
          every,
        )
        const { milliseconds, cpu, probes } = paced
        return {
          milliseconds: Float64Array.from(milliseconds),
          cpu: Float64Array.from(cpu),
          probes: Float64Array.from(probes),
        }
      },
      infer: (id, feeds, outputs) => infer(host, id, feeds, outputs),
      waited: async () => (await host.call<number | null>('waited')) ?? undefined,
      async peakMemory() {
        const bytes = await host.call<number | null>('peakMemory')
        if (bytes !== null) return bytes
        throw new InputError('the system does not tell the peak memory of a process: leave the clause out')
      },
      layers: id => host.call('layers', id),
      counters: async ids => {
        const all = new Map<string, ReadonlyMap<string, number>>()
        for (const id of ids) all.set(id, new Map(await host.call<[string, number][]>('counters', id)))
        return all
      },
      close: id => host.call('close', id),
      stop: () => host.stop(),
    }
  } catch (error) {
    await host.stop()
    throw error
  }
}

/** The next feeds are on their way while one is computed. */
async function infer(
  host: Host,
  id: string,
  feeds: readonly Feed[],
  names: readonly string[] | undefined,
): Promise<Feed[]> {
  const results: Feed[] = []
  for (let first = 0; first < feeds.length; first += together) {
    const answers = feeds.slice(first, first + together).map(feed =>
      host
        .call<Record<string, EncodedTensor>[]>('infer', id, [encodeTensors(feed)], names ?? null)
        .catch((error: Error) => {
          throw host.isRunning() ? new InputError(`an inference failed: ${whyRefused(error.message)}`) : error
        }),
    )
    for (const [outputs] of await Promise.all(answers)) results.push(decodeFeed(outputs!))
  }
  return results
}

async function refuse(host: Host, model: string, error: unknown): Promise<never> {
  // The end of the process is no fault that OpenVINO finds in a model.
  if (!host.isRunning()) throw error
  const known = await readModel(model, { dataBeside: false }).catch(() => undefined)
  const nodesOf = (operator: string) =>
    known?.graph?.node
      .filter(({ opType }) => opType === operator)
      .map(({ name, output }) => name || output[0]!) ?? []
  const why = whyRefused(error instanceof Error ? error.message : String(error), nodesOf)
  throw new InputError(`${basename(model)}: OpenVINO cannot load it: ${why}`, { cause: error })
}
