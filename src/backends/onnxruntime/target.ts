import { didYouMean } from '../../did-you-mean.ts'
import { checkLauncher } from '../../engine/launched/launched-folder.ts'
import { batch, launcher, type Target, type TargetWords, threads, through } from '../../engine/target.ts'
import { InputError } from '../../errors.ts'
import { type ProviderName, providerNames, providerOf } from './providers/providers.ts'
import { type OptimizationLevel, optimizationLevels } from './session/session.ts'

/** A target of ONNX Runtime. */
export interface OnnxruntimeTarget extends Omit<Target, 'builds'> {
  /** Execution provider; the CPU runs what it cannot. */
  readonly provider: ProviderName
  /** Number of the GPU, if the provider's devices have numbers. */
  readonly device?: number
  /** Words that stand before every command on the machine that engines run on, e.g. `ssh`, `pi`. */
  readonly launcher?: readonly string[]
  /** Path of Node.js there. */
  readonly node?: string
  /** How sessions are made, where the user's program does not make them as the runtime does by itself. */
  readonly session?: {
    readonly graphOptimizationLevel?: OptimizationLevel
    /** Configuration entries by their dotted names, e.g. `session.set_denormal_as_zero`. */
    readonly config?: Readonly<Record<string, string>>
  }
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
    launcher,
    node: {
      description: 'With `launcher`: path of Node.js there, which finds onnxruntime-node; default: node.',
      type: 'string',
      minLength: 1,
      examples: ['/opt/node/bin/node'],
    },
    session: {
      description:
        'Settings of the sessions of all variants: those of your program. Default: those of the runtime.',
      type: 'object',
      properties: {
        graphOptimizationLevel: {
          description: 'How far the runtime changes the graph.',
          enum: optimizationLevels,
          default: 'all',
          examples: ['extended'],
        },
        config: {
          description: 'Configuration entries of ONNX Runtime (`AddConfigEntry`), by their names.',
          type: 'object',
          additionalProperties: { type: 'string' },
          examples: [{ 'session.set_denormal_as_zero': '1' }],
        },
      },
      additionalProperties: false,
      examples: [{ config: { 'session.set_denormal_as_zero': '1' } }],
    },
  },
  defaults: { provider: 'cpu' },
  check({ provider, device, session, launcher, node }) {
    if (!providerNames.includes(provider)) {
      throw new InputError(
        `target onnxruntime/${provider} is not there: the providers are ${providerNames.join(', ')}`,
      )
    }
    if (session !== undefined) checkSession(session)
    checkLauncher(launcher)
    if (launcher !== undefined && providerOf(provider)) {
      throw new InputError(
        `\`launcher\` of the target leads to CPUs of other machines, not to onnxruntime/${provider} there: leave one of the two out`,
      )
    }
    if (node !== undefined && launcher === undefined) {
      throw new InputError(
        '`node` of the target is for machines behind a `launcher`: here engines run in the Node.js that runs quantract',
      )
    }
    if (device !== undefined && !providerOf(provider)?.numbered) {
      throw new InputError(
        `\`device\` of the target is for GPUs that have numbers: leave it out with onnxruntime/${provider}`,
      )
    }
  },
  place: ({ provider }) => `onnxruntime/${provider}`,
  describe: ({ provider, threads, batch, session, launcher }) => [
    `onnxruntime ${provider}`,
    `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    `batch ${batch}`,
    ...(session?.graphOptimizationLevel ? [`optimization ${session.graphOptimizationLevel}`] : []),
    ...Object.entries(session?.config ?? {}).map(([name, value]) => `${name}=${value}`),
    ...through(launcher),
  ],
}

/** What the schema says of `session`, for targets that no file says. */
function checkSession(session: NonNullable<OnnxruntimeTarget['session']>): void {
  const { graphOptimizationLevel: level, config } = session
  if (typeof session !== 'object') {
    throw new InputError(
      '`session` of the target has settings of its own: a contract or spec can say them, or `--session name=value`',
    )
  }
  if (level !== undefined && !optimizationLevels.includes(level)) {
    throw new InputError(
      `\`graphOptimizationLevel\` of the session is \`${level}\`, which is unknown${didYouMean(level, optimizationLevels)}`,
    )
  }
  for (const [name, value] of Object.entries(config ?? {})) {
    if (typeof value === 'string') continue
    throw new InputError(
      `\`${name}\` of the session is ${JSON.stringify(value)}: write it as a text, "${String(value)}"`,
    )
  }
}
