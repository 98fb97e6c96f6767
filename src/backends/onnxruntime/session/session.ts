import { basename } from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import type { LaunchedOn } from '../../../engine/launched/launched-host.ts'
import { messageOf } from '../../../errors.ts'
import type { ProviderName } from '../providers/providers.ts'

// The runtime would open a channel to its makers: look-ups of names, log files with guessable names in the temporary folder,
// and a thread that wakes up while engines are timed. It looks at this when the first session is made.
process.env.ORT_DISABLE_TELEMETRY ??= '1'

/** How far a session changes the graph, from not at all to what the runtime does by itself. */
export const optimizationLevels = ['disabled', 'basic', 'extended', 'layout', 'all'] as const

export type OptimizationLevel = (typeof optimizationLevels)[number]

/**
 * Session settings in our words. Both variants of a comparison get the same, and what is absent is as the runtime has it:
 * an engine is timed, scored and explained in the session that its users have.
 */
export interface SessionSettings {
  /** Threads within an operator; 0 for as many as the runtime takes by itself. */
  readonly threads: number
  /** Default: the CPU, which also runs what a provider cannot. */
  readonly provider?: ProviderName
  /** Number of the provider's device. */
  readonly device?: number
  readonly level?: OptimizationLevel
  /** Write the optimized graph to this path. */
  readonly optimizedModelPath?: string
  /** Write a profile: files named `<prefix>_<time>.json`. */
  readonly profilePrefix?: string
  /** Further configuration entries of ONNX Runtime, by their dotted names. */
  readonly config?: Readonly<Record<string, string>>
  /** The machine that the session is on, if it is another one. */
  readonly launched?: LaunchedOn
}

/**
 * Opens a session. Only host programs call this: the native runtime stays outside our process.
 *
 * An optimized graph is written with the initializers that the optimizer made; those that lie in a file beside the model
 * stay there, and their location is relative to that model. Where what was made is more than protobuf can hold, all of them
 * go to a file beside the graph instead, `<optimizedModelPath>.data`.
 */
export async function openSession(
  model: string | Uint8Array,
  settings: SessionSettings,
): Promise<InferenceSession> {
  const { optimizedModelPath } = settings
  try {
    return await createSession(model, settings)
  } catch (error) {
    if (!optimizedModelPath || !messageOf(error).includes('Protobuf serialization failed')) throw error
    const config = {
      ...settings.config,
      'session.optimized_model_external_initializers_file_name': `${basename(optimizedModelPath)}.data`,
      'session.optimized_model_external_initializers_min_size_in_bytes': '1024',
    }
    return createSession(model, { ...settings, config })
  }
}

function createSession(model: string | Uint8Array, settings: SessionSettings): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [...accelerated(settings), 'cpu'],
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: settings.level ?? 'all',
    logSeverityLevel: 3,
    ...(settings.config && { extra: nested(settings.config) }),
    ...(settings.optimizedModelPath && { optimizedModelFilePath: settings.optimizedModelPath }),
    ...(settings.profilePrefix && { enableProfiling: true, profileFilePrefix: settings.profilePrefix }),
  }
  return typeof model === 'string'
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options)
}

function accelerated({ provider = 'cpu', device }: SessionSettings) {
  return provider === 'cpu' ? [] : [{ name: provider, ...(device !== undefined && { deviceId: device }) }]
}

/** `{ 'a.b': '1' }` -> `{ a: { b: '1' } }`: the form in which onnxruntime-node takes configuration entries. */
function nested(entries: Readonly<Record<string, string>>): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(entries)) {
    const path = name.split('.')
    let node = root
    for (const key of path.slice(0, -1)) {
      node[key] ??= {}
      node = node[key] as Record<string, unknown>
    }
    node[path.at(-1)!] = value
  }
  return root
}
