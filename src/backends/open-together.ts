import type { EngineFile, OpenEngines, OpenOptions, PacedTimes, Signature } from '../engine/backend.ts'
import type { Target } from '../engine/target.ts'
import { InputError } from '../errors.ts'
import { backendOf } from './backends.ts'

/**
 * Opens engines so that they can be timed in turns, each on its own target if it has one. Those of one target share a process;
 * processes are pinned to the same CPUs, and only one of them works at a time.
 *
 * @throws InputError if one of several targets has a process for every segment
 */
export async function openTogether(
  files: readonly EngineFile[],
  target: Target,
  options?: OpenOptions,
): Promise<OpenEngines> {
  const groups = new Map<string, { readonly on: Target; readonly files: EngineFile[] }>()
  for (const { target: own = target, ...file } of files) {
    const key = JSON.stringify(withoutWordsOfVariants(own))
    const group = groups.get(key) ?? { on: own, files: [] }
    groups.set(key, group)
    group.files.push(file)
  }
  const opened: OpenEngines[] = []
  const hosts = new Map<string, OpenEngines>()
  const stop = async () => void (await Promise.all(opened.map(engines => engines.stop())))
  try {
    for (const { on, files } of groups.values()) {
      const engines = await backendOf(on).open(files, on, options)
      opened.push(engines)
      for (const { id } of files) hosts.set(id, engines)
      if (groups.size > 1 && engines.segments !== 'inferences') {
        throw new InputError(
          `engines of ${backendOf(on).words.place(on)} run in a process for every segment, which cannot take turns with those of another target: give them a contract of their own`,
        )
      }
    }
    return opened.length === 1 ? opened[0]! : { ...inTurns(opened, id => hosts.get(id)!), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Words that only builds have to do with do not part engines that run. */
function withoutWordsOfVariants(target: Target): Record<string, unknown> {
  const words = backendOf(target).words.ofVariants ?? []
  return Object.fromEntries(Object.entries(target).filter(([word]) => !words.includes(word)))
}

function inTurns(
  opened: readonly OpenEngines[],
  hostOf: (id: string) => OpenEngines,
): Omit<OpenEngines, 'stop'> {
  const cpus = opened[0]!.cpus
  // The pace is known from the other comparisons if the usual probe is there.
  const prober = opened.find(({ probe }) => probe === undefined) ?? opened[0]!
  const arePaced = opened.every(({ timeWithPace }) => timeWithPace !== undefined)
  return {
    segments: 'inferences',
    processes: opened.length,
    ...(cpus !== undefined && { cpus }),
    ...(prober.probe !== undefined && { probe: prober.probe }),
    signatures: new Map<string, Signature>(opened.flatMap(({ signatures }) => [...signatures])),
    async feed(feeds) {
      for (const engines of opened) await engines.feed(feeds)
    },
    async time(order, length) {
      const times: Float64Array[] = []
      for (const ids of stretches(order, hostOf)) times.push(await hostOf(ids[0]!).time(ids, length))
      return joined(times)
    },
    timeWithPace: arePaced
      ? (order, length, every) => timeWithPace(order, length, { every, hostOf, prober })
      : undefined,
    infer: (id, feeds, outputs) => hostOf(id).infer(id, feeds, outputs),
    async waited() {
      const waits = await Promise.all(opened.map(engines => engines.waited()))
      return waits.every(each => each !== undefined) ? waits.reduce((sum, each) => sum + each, 0) : undefined
    },
    async peakMemory() {
      const bytes = await Promise.all(opened.map(engines => engines.peakMemory()))
      return bytes.reduce((sum, each) => sum + each, 0)
    },
    close: id => hostOf(id).close(id),
  }
}

async function timeWithPace(
  order: readonly string[],
  length: number,
  {
    every,
    hostOf,
    prober,
  }: {
    readonly every: number
    readonly hostOf: (id: string) => OpenEngines
    readonly prober: OpenEngines
  },
): Promise<PacedTimes> {
  const found: PacedTimes[] = []
  const probes: number[] = []
  const probe = async () => void probes.push((await prober.timeWithPace!([], 1, 1)).probes[0]!)
  for (let first = 0; first < order.length; first += every) {
    await probe()
    for (const ids of stretches(order.slice(first, first + every), hostOf)) {
      found.push(await hostOf(ids[0]!).timeWithPace!(ids, length, ids.length))
    }
  }
  await probe()
  return {
    milliseconds: joined(found.map(({ milliseconds }) => milliseconds)),
    cpu: joined(found.map(({ cpu }) => cpu)),
    probes: Float64Array.from(probes),
  }
}

/** Segments in a row that one process runs. */
function stretches(order: readonly string[], hostOf: (id: string) => OpenEngines): string[][] {
  const found: string[][] = []
  for (const id of order) {
    const last = found.at(-1)
    if (last && hostOf(last[0]!) === hostOf(id)) last.push(id)
    else found.push([id])
  }
  return found
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap(part => [...part]))
}
