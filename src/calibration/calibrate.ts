import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { streamDataset } from '../data/stream/stream-dataset.ts'
import { type Host, startHost } from '../engine/host.ts'
import { InputError } from '../errors.ts'
import { indexGraph } from '../onnx/graph.ts'
import { inputInfos } from '../onnx/input-infos.ts'
import { readModel } from '../onnx/read-model.ts'
import { writeModel } from '../onnx/write-model.ts'
import { ownModule } from '../own-package.ts'
import type { Ranges } from '../quantize/ranges.ts'
import { scratchDirectory } from '../scratch-directory.ts'
import type { CalibrationRun } from './calibration-run.ts'
import { countFeeds } from './count-feeds.ts'
import { type CountingWorker, openCountingWorker } from './counting-worker.ts'
import { exposeTensors } from './expose-tensors.ts'
import { groupBySize } from './group-by-size.ts'
import type { Histogram, InitialRange } from './histogram.ts'
import type { Grid } from './method.ts'
import { type MethodName, methods } from './methods.ts'
import { type ObservedTensor, observationOf, partOf } from './observed-tensors.ts'
import { readShared } from './read-shared.ts'
import { readCounts, writeCounts } from './saved-counts.ts'
import { batchOf, shapesOf, streamFeeds } from './stream-feeds.ts'
import { spreadName, withSpread } from './with-spread.ts'

export interface CalibrationOptions extends CalibrationRun {
  readonly method: MethodName
  readonly grid: Grid
}

/**
 * Runs a model on calibration data and chooses the range of every float activation: graph inputs, and what the nodes
 * of the main graph compute from them.
 *
 * Samples are fed one at a time and in order (the `entropy` method depends on the first), or as many at a time as the
 * model's batch is fixed to; the last batch is filled up with the last sample.
 *
 * @throws InputError if the data does not fit the model
 */
export async function calibrate({ grid, ...run }: CalibrationOptions): Promise<Ranges> {
  return (await calibrateGrids(run, [grid])).get(grid)!
}

/** As `calibrate`, on several grids: the data is run once. */
export async function calibrateGrids(
  { method, ...run }: Omit<CalibrationOptions, 'grid'>,
  grids: readonly Grid[],
): Promise<ReadonlyMap<Grid, Ranges>> {
  const { initialRange, alone = false } = methods[method]
  const found = await observe(run, { initialRange, alone }, async host => {
    const each = await Promise.all(grids.map(grid => host.call<Ranges>('ranges', method, grid)))
    return new Map([...each[0]!.keys()].map(name => [name, each.map(ranges => ranges.get(name)!)]))
  })
  return new Map(
    grids.map((grid, i) => [grid, new Map([...found].map(([name, ranges]) => [name, ranges[i]!]))]),
  )
}

/** As `calibrate`, but gives the histogram of every float activation, from which any method can choose ranges. */
export function collectHistograms(
  run: CalibrationRun & { readonly initialRange?: InitialRange },
): Promise<ReadonlyMap<string, Histogram>> {
  const { initialRange = 'power-of-two' } = run
  return observe(run, { initialRange, alone: false }, host => host.call('histograms'))
}

/** More processes than this take more memory than they save time. */
const mostWorkers = 4

/** Of a tensor, where those of all together exceed the memory: with its extremes so many say where the others lie. */
const mostValues = 2 ** 18

/** Ranges of fewer inferences than this are worth nothing, however long they take. */
const leastInferences = 4

/** Activations of one inference, in bytes, from which further processes save more time than it takes to start them. */
const worthSharing = 4e6

/** The same for what is guessed before the first process is ready. */
const worthStarting = 1e6

/** The space for young objects would grow by 30 MB, which nothing needs here. */
const nodeOptions = ['--max-semi-space-size=1']

/**
 * GNU's allocator keeps the memory of one inference's activations for the next: by itself it gives it back to the system,
 * and the pages that it gets anew are zeroed, which takes longer than to fill them. One arena, so that what a thread frees
 * serves the others.
 */
const environment = {
  MALLOC_MMAP_THRESHOLD_: String(2 ** 25),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 30),
  MALLOC_ARENA_MAX: '1',
}

interface Observing {
  readonly initialRange: InitialRange
  /** Whether one process does it all, with all threads. */
  readonly alone: boolean
}

/** What `read` finds about the observed tensors, for every float activation in graph order. */
async function observe<Found>(
  run: CalibrationRun,
  { initialRange, alone }: Observing,
  read: (host: Host) => Promise<ReadonlyMap<string, Found>>,
): Promise<ReadonlyMap<string, Found>> {
  const { model: path, memoryBudget = 2 ** 29, saveTo, saveEvery = 10_000, within, signal, onProgress } = run
  const data = 'samples' in run.data ? run.data : streamDataset(run.data)
  if (data.size === 0) throw new InputError(`${data.source}: no calibration data: it holds no samples`)
  const cpus = availableParallelism()
  const { threads = alone ? 0 : Math.ceil(cpus / mostWorkers) } = run
  const directory = await scratchDirectory('calibration')
  const newWorker = () =>
    openCountingWorker(
      startHost(ownModule('calibration/calibration-host'), { signal, nodeOptions, environment }),
    )
  // The process starts while the model is read.
  const first = newWorker()
  const others: CountingWorker[] = []
  try {
    const model = await readModel(path)
    const index = indexGraph(model.graph!)
    const { tensors, activations } = observationOf(index)
    const inputs = inputInfos(index)
    const batch = await batchOf(inputs, data)
    const feeds = () => streamFeeds(data, inputs, batch)
    const inputShapes = await shapesOf(feeds())
    const expose = async (observed: readonly ObservedTensor[], file: string, beside?: 'nothing') => {
      const own = observed.filter(({ clamped }) => !clamped)
      const spread = new Map(own.flatMap(({ name, given }) => (given === undefined ? [] : [[name, given]])))
      const wide = spread.size > 0 ? withSpread(model, spread, { values: mostValues, extremes: true }) : model
      const names = own.map(({ name, given = name }) => given)
      const exposed = join(directory, file)
      await writeModel(exposeTensors(wide, names, inputShapes, beside), exposed, { temporary: true })
      return exposed
    }
    let inferences = Math.ceil(data.size / batch)
    const processes = alone ? 1 : Math.min(cpus, mostWorkers, inferences)
    const share = () => {
      while (others.length + 1 < processes) others.push(newWorker())
    }
    // How large the activations are is not known before the model is open: as large as the input, each.
    if (bytesOf(inputShapes) * tensors.length >= worthStarting) share()
    const whole = await expose(tensors, 'whole.onnx')
    const open =
      (exposed: string, on = threads) =>
      (host: Host) =>
        host.call<ReadonlyMap<string, number>>('open', exposed, on, path)
    const sizes = await first.ask(open(whole))
    const sizeOf = ({ name, clamped }: ObservedTensor) =>
      clamped || inputShapes.has(name) ? 0 : sizes.get(name)
    const all = tensors.map(tensor => ({ name: tensor.name, bytes: sizeOf(tensor) }))
    const activationBytes = all.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
    const largest = 4 * mostValues
    const isLarge = (tensor: ObservedTensor) => !tensor.byRow && (sizeOf(tensor) ?? Infinity) > largest
    const isTooMuch = groupBySize(all, memoryBudget).length > 1
    const observed = isTooMuch
      ? tensors.map(tensor => (isLarge(tensor) ? { ...tensor, given: spreadName(tensor.name) } : tensor))
      : tensors
    const groups = groupBySize(
      observed.map(tensor => ({ name: tensor.name, bytes: tensor.given ? largest : sizeOf(tensor) })),
      memoryBudget,
    )
    if (isTooMuch) await Promise.all(others.splice(0).map(worker => worker.stop()))
    else if (activationBytes >= worthSharing) share()

    const saved = saveTo === undefined ? undefined : await readCounts(saveTo, groups.length)
    if (saved && saved.passes > 0) inferences = saved.inferences
    const doneBefore = saved ? saved.passes * inferences + saved.feeds : 0
    let done = doneBefore
    let lastSaved = performance.now()
    const start = performance.now()
    /** Whether there is time for so many inferences in each pass, as far as those say that are done. */
    const isTimeFor = (feeds: number) => {
      if (!within || feeds <= leastInferences || done === doneBefore) return true
      const secondsEach = (performance.now() - start) / 1000 / (done - doneBefore)
      return secondsEach * (feeds * groups.length - doneBefore) <= within.seconds
    }
    for (const [passes, group] of groups.entries()) {
      if (saved && passes < saved.passes) continue
      const isFirst = passes === 0
      const part = partOf(observed, group)
      const exposed =
        groups.length === 1 && !isTooMuch ? whole : await expose(part, `part-${passes}.onnx`, 'nothing')
      // Every process has the activations of an inference: where they are large, there is one, with all CPUs.
      if (exposed !== whole) await first.give(open(exposed, run.threads ?? cpus))
      const counted = await countFeeds(first, others, {
        tensors: part,
        initialRange,
        feeds: feeds(),
        goesOn: given => (isFirst ? isTimeFor(given + 1) : given < inferences),
        nameOf: feed => `${data.source}, sample ${feed * batch}`,
        open: open(exposed),
        before: passes === saved?.passes ? saved : undefined,
        onInference: () => {
          done++
          onProgress?.({ done, total: groups.length * inferences })
        },
        onFeed: async (feeds, counts) => {
          if (saveTo === undefined || performance.now() - lastSaved < saveEvery) return
          const histograms = await counts()
          await writeCounts(saveTo, { groups: groups.length, inferences, passes, feeds, histograms })
          lastSaved = performance.now()
        },
        signal,
      })
      if (isFirst) inferences = counted
    }
    if (inferences * batch < data.size) within?.onShortened(inferences * batch)
    const found = await readShared([first, ...others], new Set(activations.values()), read)
    if (saveTo !== undefined) await rm(saveTo, { force: true })
    return new Map([...activations].map(([name, origin]) => [name, found.get(origin)!]))
  } finally {
    await Promise.all([first, ...others].map(worker => worker.stop()))
    await rm(directory, { recursive: true, force: true })
  }
}

/** Bytes of tensors with these shapes, 4 for each value. */
function bytesOf(shapes: ReadonlyMap<string, readonly number[]>): number {
  const sizes = [...shapes.values()].map(shape => shape.reduce((product, size) => product * size, 4))
  return sizes.reduce((sum, size) => sum + size, 0)
}
