import { basename, resolve } from 'node:path'
import { backendOf, backends, type GivenTarget } from '../../backends/backends.ts'
import { resolveTarget } from '../../backends/resolve-target.ts'
import type { BuildSpec } from '../../builder/build-spec.ts'
import type { Variant } from '../../builder/variant.ts'
import type { Target } from '../../engine/target.ts'
import { InputError } from '../../errors.ts'
import type { Contract } from '../contract.ts'

export interface ModelOptions
  extends Pick<BuildSpec, 'calibration' | 'evaluation' | 'buildSeconds' | 'seed'> {
  /** Q/DQ files of the user. */
  readonly explicit: readonly string[]
}

/**
 * What a survey asks of a model without a contract, on one target: its float, what the implicit builder makes of it, every
 * placement that the target's kernels take up, and the user's own Q/DQ files. No clauses: the table is the answer.
 *
 * @throws InputError if the target is none
 */
export function modelContract(
  model: string,
  target: Partial<Target>,
  { explicit, ...settings }: ModelOptions,
): Contract {
  const resolved = resolveTarget(target as GivenTarget)
  const backend = backendOf(resolved)
  // What is compiled has borders of its own between INT8 and float.
  const placements = backend.placements ?? [backend.compile ? 'tensorrt' : 'onnxruntime']
  const variants: Record<string, Variant> = {
    fp32: { quantization: 'none' },
    implicit: { quantization: 'implicit' },
    ...Object.fromEntries(
      placements.map(placement => [
        `explicit-${placement}`,
        { quantization: 'explicit', placement } as const,
      ]),
    ),
  }
  for (const file of explicit) {
    const name = nameOf(file)
    if (variants[name])
      throw new InputError(`${file}: there is a form ${name} already: name the file otherwise`)
    variants[name] = { quantization: 'explicit', model: resolve(file) }
  }
  return {
    title: basename(model, '.onnx'),
    spec: { ...settings, model: resolve(model), variants, target: target as GivenTarget },
    clauses: [],
    onInconclusive: 'warn',
  }
}

/** A target of every backend that has what it runs with on this machine. */
export async function targetsHere(): Promise<Partial<Target>[]> {
  const names = Object.keys(backends) as (keyof typeof backends)[]
  const found = names.map(async backend => {
    const target = resolveTarget({ backend })
    return (await backendOf(target)
      .accelerator(target)
      .then(
        () => true,
        () => false,
      ))
      ? [{ backend }]
      : []
  })
  return (await Promise.all(found)).flat()
}

/** A word that clauses could name: `model.qdq.onnx` is `model-qdq`. */
function nameOf(file: string): string {
  return basename(file, '.onnx').replaceAll(/[^\w-]+/g, '-')
}
