import type { CompileSource } from '../../../engine/backend.ts'
import { InputError } from '../../../errors.ts'
import type { TensorrtTarget } from '../target.ts'
import { isStronglyTyped } from '../typing.ts'
import type { Trtexec } from './seek-trtexec.ts'

/**
 * The options of trtexec that say in which precision an engine is built.
 *
 * `none` is float32 as the model has it, on the tensor cores in TF32 where there are such (TensorRT's default). Both INT8 variants may use
 * FP16 besides: what stays out of INT8 would be slower than it need be. In strongly typed builds the types of the model decide
 * alone.
 *
 * @throws InputError if this version has no such build
 */
export function precisionOptions(
  source: Pick<CompileSource, 'quantization'>,
  { version, has }: Pick<Trtexec, 'version' | 'has'>,
  target: Pick<TensorrtTarget, 'typing'>,
  calibrationCache = '',
): string[] {
  if (isStronglyTyped(version, target, source)) {
    if (version.major >= 11) return []
    if (has('--stronglyTyped')) return ['--stronglyTyped']
    throw new InputError(`TensorRT ${version.text} has no strongly typed builds: 10.0 brought them`)
  }
  switch (source.quantization) {
    case 'none':
      return []
    case 'explicit':
      return ['--int8', '--fp16']
    case 'implicit':
      return ['--int8', '--fp16', `--calib=${calibrationCache}`]
  }
}

/** MiB that builds of 8.2 may use: its own default of 16 leaves out the fast kernels. Later versions take all there is. */
const workspace = 4096

/** The other options of a build, in the words of this version. */
export function buildOptions(
  { has }: Pick<Trtexec, 'has'>,
  {
    model,
    plan,
    layers,
    timingCache,
    shapes,
    device,
  }: {
    readonly model: string
    readonly plan: string
    readonly layers: string
    readonly timingCache: string
    readonly shapes?: string | undefined
    readonly device: number
  },
): string[] {
  return [
    `--onnx=${model}`,
    ...(shapes === undefined ? [] : [`--shapes=${shapes}`]),
    `--saveEngine=${plan}`,
    has('--profilingVerbosity') ? '--profilingVerbosity=detailed' : '--nvtxMode=verbose',
    `--exportLayerInfo=${layers}`,
    has('--skipInference') ? '--skipInference' : '--buildOnly',
    `--timingCacheFile=${timingCache}`,
    ...(has('--memPoolSize') || !has('--workspace') ? [] : [`--workspace=${workspace}`]),
    `--device=${device}`,
  ]
}
