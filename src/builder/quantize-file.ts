import { basename, resolve } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { mean } from 'simple-statistics'
import { predict } from '../accuracy/predict.ts'
import { accuracyScore } from '../accuracy/score.ts'
import type { MethodName } from '../calibration/methods.ts'
import { writeTensorrtCache } from '../calibration/write-tensorrt-cache.ts'
import type { Dataset } from '../data/dataset.ts'
import { InputError } from '../errors.ts'
import { dataFiles } from '../onnx/external-data/data-files.ts'
import { StringStringEntryProtoSchema } from '../onnx/onnx_pb.ts'
import { readModel } from '../onnx/read-model.ts'
import { withoutFolders } from '../onnx/without-folders.ts'
import { inOneFile, writeModel } from '../onnx/write-model.ts'
import type { PlacementName } from '../quantize/placements.ts'
import { type UnquantizableNode, unquantizableNodes } from '../quantize/unquantizable-nodes.ts'
import { countOf } from '../words.ts'
import { buildInContext } from './build-in-context.ts'
import type { BuildOptions, BuildSpec } from './build-spec.ts'
import { type OpenedContext, openContext } from './context.ts'
import type { Engine } from './engine.ts'
import { refuseDataOf } from './refuse-data-of.ts'
import { selectionOfWords } from './selection/selection-of-words.ts'
import { calibratedRanges } from './source/calibrated-ranges.ts'
import { prepareModel } from './source/prepare-model.ts'
import type { OutputBound, Variant } from './variant.ts'

export interface FileToQuantize
  extends Pick<BuildSpec, 'model' | 'target' | 'seed' | 'evaluation' | 'buildSeconds'> {
  readonly calibration: NonNullable<BuildSpec['calibration']>
  readonly method: MethodName
  readonly variant:
    | { readonly to: 'implicit'; readonly maxAccuracyDrop?: string | undefined }
    | { readonly to: 'explicit'; readonly placement: PlacementName }
  /** Names of nodes, patterns of them, and operators that stay in float. */
  readonly exclude?: readonly string[]
  /** The same of what alone is quantized. */
  readonly include?: readonly string[]
  readonly outputError?: OutputBound | undefined
  /** Where the quantized model goes. */
  readonly out?: string | undefined
  /** Where a calibration cache of the same method and data goes, and the version of TensorRT that is to read it. */
  readonly tensorrtCache?: { readonly path: string; readonly version: number } | undefined
}

export interface QuantizedFile {
  /** The engine that was written, where a model was asked for. */
  readonly engine?: Engine
  /** Nodes that cannot run in INT8, in graph order. */
  readonly inFloat: readonly UnquantizableNode[]
  /** Where the ranges come from, for people. */
  readonly calibratedOn: string
  /** On the labelled evaluation data, if there are such: shares of right answers. */
  readonly accuracy?: { readonly float: number; readonly int8: number; readonly samples: number }
  /** Tensors in the calibration cache, if one was asked for. */
  readonly cachedTensors?: number
}

/**
 * Quantizes a model for use elsewhere: writes the INT8 model, the calibration cache of TensorRT, or both. The model says
 * in its metadata, under `quantract`, how it was made.
 *
 * @throws InputError as `buildEngines`, and where a calibration cache of random numbers is asked for: it could not say so
 */
export async function quantizeFile(file: FileToQuantize, options: BuildOptions = {}): Promise<QuantizedFile> {
  const { calibration, method, variant, out, tensorrtCache } = file
  if (tensorrtCache && calibration === 'random') {
    throw new InputError(
      `${tensorrtCache.path}: a calibration cache cannot say that its scales come from random numbers: calibrate on real data`,
    )
  }
  const dataOfModel = await dataFiles(file.model)
  if (out !== undefined) refuseDataOf(dataOfModel, out)
  // Messages call the variant by its quantization.
  const variants: Record<string, Variant> = out === undefined ? {} : { [variant.to]: await recipeOf(file) }
  const opened = await openContext({ ...file, variants }, options)
  const { source, context } = opened
  if (context.evaluation) refuseUnlabelled(context.evaluation)
  const task = { ...opened, variant: variant.to, ...options }
  const data = context.calibrationSamples!
  const calibratedOn = data.random
    ? 'RANDOM NUMBERS, for experiments on speed alone'
    : `${countOf(data.size, 'sample')} of ${data.source}`
  const prepared = await prepareModel(task)
  const placement = variant.to === 'explicit' ? variant.placement : undefined
  const inFloat = unquantizableNodes(prepared, placement)

  const engine = out === undefined ? undefined : (await buildInContext(variants, opened, options))[variant.to]
  if (engine) {
    const model = withoutFolders(await readModel(engine.model))
    const on = data.random ? calibratedOn : `${countOf(data.size, 'sample')} of ${basename(data.source)}`
    const value = `${[variant.to, placement, method].filter(Boolean).join(', ')}; calibrated on ${on}`
    model.metadataProps = [
      ...model.metadataProps,
      create(StringStringEntryProtoSchema, { key: 'quantract', value }),
    ]
    await writeModel(model, resolve(out!), { externalDataOver: dataOfModel.length > 0 ? 0 : inOneFile })
  }
  const accuracy = engine && (await accuracyOf(engine, opened, options))
  const written = { ...(engine && { engine }), inFloat, calibratedOn, ...(accuracy && { accuracy }) }
  if (!tensorrtCache) return written
  // TensorRT names the tensors of the model as it is given.
  const { ranges } = await calibratedRanges(source, method, 'int8', task)
  const model = await readModel(source.path)
  await writeTensorrtCache(tensorrtCache.path, { ranges, model, version: tensorrtCache.version })
  return { ...written, cachedTensors: ranges.size }
}

/** Throws InputError if nothing says what is right: accuracy would be left out without a word. */
function refuseUnlabelled({ source, labels, inputs }: Dataset): void {
  if (labels) return
  const names = [...inputs.keys()].map(name => `\`${name}\``).join(', ')
  throw new InputError(
    `evaluation data ${source} has no class labels to measure accuracy on (it has ${names}): save one class index per sample as \`labels\`, or leave the evaluation data out`,
  )
}

async function recipeOf({ model, variant, method, outputError, ...words }: FileToQuantize): Promise<Variant> {
  const exclude = await selectionOfWords(words.exclude ?? [], model)
  const include = await selectionOfWords(words.include ?? [], model)
  const shared = {
    calibration: method,
    ...(outputError !== undefined && { outputError }),
    ...(exclude && { exclude }),
    ...(include && { include }),
  }
  if (variant.to === 'explicit') return { quantization: 'explicit', placement: variant.placement, ...shared }
  const { maxAccuracyDrop } = variant
  return { quantization: 'implicit', ...(maxAccuracyDrop !== undefined && { maxAccuracyDrop }), ...shared }
}

async function accuracyOf(
  { model }: Engine,
  { source, context: { evaluation, target } }: OpenedContext,
  { signal, onProgress }: BuildOptions,
): Promise<QuantizedFile['accuracy']> {
  if (!evaluation?.labels) return undefined
  const shareOf = async (path: string, name: string) => {
    onProgress?.(`accuracy of ${name} on ${evaluation.size} samples`)
    const outputs = await predict({ id: name, model: path }, evaluation, { target, signal })
    const samples = [...outputs.keys()]
    return mean([...accuracyScore.scores({ model: path, samples, outputs }, evaluation)])
  }
  const float = await shareOf(source.path, 'float')
  return { float, int8: await shareOf(model, 'INT8'), samples: evaluation.size }
}
