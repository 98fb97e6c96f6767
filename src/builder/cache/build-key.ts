import { backendOf } from '../../backends/backends.ts'
import { environment } from '../../engine/environment.ts'
import { version } from '../../own-package.ts'
import type { BuildTask } from '../task.ts'
import type { Variant } from '../variant.ts'
import { targetKey } from './target-key.ts'

/** This package, the machine and the runtime as far as a build depends on them: instruction sets decide which INT8 kernels run. */
export function buildEnvironment() {
  const { cpu, instructionSets, platform, onnxruntime, launcher } = environment()
  return { quantract: version, cpu, instructionSets, platform, onnxruntime, launcher }
}

/** Everything that decides what a build gives: where one of these differs, it is built anew. */
export function buildKey(
  variant: Variant,
  ownModel: string | undefined,
  task: Pick<BuildTask, 'source' | 'context' | 'explicits' | 'build'>,
  environment = buildEnvironment(),
): unknown {
  const { build, context } = task
  const { target, accelerator, calibrationSamples, evaluation, evaluationIs, guard, seed, buildSeconds } =
    context
  const compiles = backendOf(target).compile !== undefined
  const implicit = variant.quantization === 'implicit'
  // Which layers stay in INT8 is looked for as long as there is time.
  const isSearched = implicit || (variant.quantization === 'explicit' && ownModel === undefined)
  const isJudged = implicit || ('maxAccuracyDrop' in variant && variant.maxAccuracyDrop !== undefined)
  const data = calibrationSamples ?? evaluation
  return {
    kind: 'engine',
    environment,
    // Where the variant's own model lies does not matter; what it holds does.
    variant: {
      ...variant,
      ...(ownModel !== undefined && { model: ownModel, cache: undefined }),
      ...('like' in variant && variant.like && { like: { half: variant.like.half } }),
    },
    model: task.source.sha256,
    data: data && [data.sha256, data.size],
    guard: guard && [guard.data.size, guard.heldBack],
    target: targetKey(target),
    ...(build > 1 && { build }),
    accelerator,
    // Plans are judged on the labelled data, and the bound on what they lose.
    ...(isJudged && evaluation?.labels && { labelled: [evaluation.sha256, evaluation.size, evaluationIs] }),
    ...(isSearched && { buildSeconds }),
    ...(implicit && {
      seed,
      // Backends that compile choose layer by layer, and try none of them.
      explicits: compiles ? [] : task.explicits.map(({ variant, sha256 }) => [variant, sha256]),
    }),
  }
}
