import { batch, type Target, type TargetWords, threads } from '../../engine/target.ts'
import { InputError } from '../../errors.ts'
import { type ProviderName, providerNames, providerOf } from './providers/providers.ts'

/** A target of ONNX Runtime. */
export interface OnnxruntimeTarget extends Omit<Target, 'builds'> {
  /** Execution provider; the CPU runs what it cannot. */
  readonly provider: ProviderName
  /** Number of the GPU, if the provider's devices have numbers. */
  readonly device?: number
}

export const onnxruntimeWords: TargetWords<OnnxruntimeTarget> = {
  schema: {
    provider: {
      description: 'Execution provider.',
      enum: providerNames,
      default: 'cpu',
      examples: ['cpu'],
    },
    threads,
    batch,
    device: {
      description: 'Number of the GPU, if the devices of the provider have numbers.',
      type: 'integer',
      minimum: 0,
      examples: [0],
    },
  },
  defaults: { provider: 'cpu' },
  check({ provider, device }) {
    if (!providerNames.includes(provider)) {
      throw new InputError(
        `target onnxruntime/${provider} is not there: the providers are ${providerNames.join(', ')}`,
      )
    }
    if (device !== undefined && !providerOf(provider)?.numbered) {
      throw new InputError(
        `\`device\` of the target is for GPUs that have numbers: leave it out with onnxruntime/${provider}`,
      )
    }
  },
  place: ({ provider }) => `onnxruntime/${provider}`,
  describe: ({ provider, threads, batch }) => [
    `onnxruntime ${provider}`,
    `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    `batch ${batch}`,
  ],
}
