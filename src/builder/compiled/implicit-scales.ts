import { resolve } from 'node:path'
import { parseTensorrtCache } from '../../backends/tensorrt/calibration-cache.ts'
import type { MethodName } from '../../calibration/methods.ts'
import { tensorrtScales } from '../../calibration/write-tensorrt-cache.ts'
import { InputError } from '../../errors.ts'
import { floatActivations } from '../../onnx/float-activations.ts'
import { indexGraph } from '../../onnx/graph.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { readText } from '../../read-text.ts'
import { calibratedRanges, compiledMethod } from '../source/calibrated-ranges.ts'
import type { BuildTask } from '../task.ts'
import type { ImplicitVariant } from '../variant.ts'
import { gemmScales } from './gemm-scales.ts'

/** A scale for every float activation, by tensor name, and what is to be said about them, a sentence each. */
interface ImplicitScales {
  readonly scales: ReadonlyMap<string, number>
  readonly notes: readonly string[]
}

/**
 * Scale of every float activation of a model: from the user's calibration cache, or from our calibration of the very model
 * that is built, so that the names are its own.
 *
 * @throws InputError if the cache is missing, malformed, or has no finite scale for a tensor
 */
export async function implicitScales(
  { cache, calibration = compiledMethod }: ImplicitVariant,
  model: ModelProto,
  task: BuildTask,
): Promise<ImplicitScales> {
  const { path } = task.source
  const found =
    cache === undefined
      ? await ownScales(calibration, model, task)
      : { scales: await readScales(resolve(cache)), notes: [] }
  const { scales } = found
  const source = cache ?? 'the calibration'
  for (const tensor of floatActivations(indexGraph(model.graph!))) {
    const scale = scales.get(tensor)
    if (scale === undefined) {
      throw new InputError(
        `${source}: has no scale for tensor \`${tensor}\` of ${path}, so its layers would silently stay float: calibrate this very model`,
      )
    }
    if (!Number.isFinite(scale))
      throw new InputError(`${source}: the scale of tensor \`${tensor}\` is infinite`)
  }
  return found
}

async function ownScales(method: MethodName, model: ModelProto, task: BuildTask): Promise<ImplicitScales> {
  const { ranges, notes } = await calibratedRanges({ path: task.source.path }, method, 'int8', task)
  const scales = tensorrtScales({ ranges, model })
  return { scales: new Map([...scales, ...gemmScales(model, scales)]), notes }
}

/** Whichever version of TensorRT wrote it: the scales are written anew for the one that builds. */
async function readScales(file: string): Promise<ReadonlyMap<string, number>> {
  const text = await readText(file)
  const { header, scales } = parseTensorrtCache(text, file)
  if (header.algorithm !== 'EntropyCalibration2' && header.algorithm !== 'MinMaxCalibration') {
    throw new InputError(
      `${file}:1: was written by ${header.algorithm}, which knows only tensors that are left after fusion: use EntropyCalibration2 or MinMaxCalibration`,
    )
  }
  return scales
}
