/** Where engines run, in the words that all backends share; each adds its own (`target.ts` in its folder). */
export interface Target {
  /** Name in the list of backends. */
  readonly backend: string
  /** Threads within an operator. */
  readonly threads: number
  /** Samples per inference. */
  readonly batch: number
  /** How often every variant is built, if the backend builds engines of its own: they differ from build to build. */
  readonly builds?: number
}

/** The words that a backend knows in a target, and what they mean. */
export interface TargetWords<Own extends Target = Target> {
  /** Every word but `backend`; one that is not here is refused. */
  readonly schema: Readonly<Record<Exclude<keyof Own, 'backend'>, WordSchema>>
  /** Words that a variant may have otherwise than its contract, because its engine can be compared all the same. */
  readonly ofVariants?: readonly string[]
  /** What a target has if it does not say it; `threads` and `batch` are 1 everywhere. */
  readonly defaults: Partial<Own>
  /** Throws InputError if words do not go together, or have values that the schema cannot rule out. */
  check(target: Own): void
  /** What runs engines there, in one word: `onnxruntime/cpu`, `tensorrt`. */
  place(target: Own): string
  /** The target in a few words each, e.g. `onnxruntime cpu`, `1 thread`, `batch 1`. */
  describe(target: Own): readonly string[]
}

/** JSON Schema (draft 07) of one word. */
export interface WordSchema {
  readonly description: string
  readonly type?: 'integer' | 'string' | 'array' | 'object'
  readonly enum?: readonly string[]
  readonly const?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly minItems?: number
  readonly items?: Readonly<Record<string, unknown>>
  readonly properties?: Readonly<Record<string, unknown>>
  readonly additionalProperties?: boolean | Readonly<Record<string, unknown>>
  readonly default?: string | number
  readonly examples: readonly unknown[]
}

/** `threads` of backends that run on the CPU. */
export const threads = {
  description: 'Threads within an operator.',
  type: 'integer',
  minimum: 1,
  default: 1,
  examples: [1],
} as const satisfies WordSchema

export const batch = {
  description: 'Samples per inference.',
  type: 'integer',
  minimum: 1,
  default: 1,
  examples: [1],
} as const satisfies WordSchema

/** `launcher` of backends of which a host program of ours can be sent. */
export const launcher = {
  description:
    'Words that stand before every command on the machine that engines run on: ssh, a container, a queue. Default: engines run here.',
  type: 'array',
  items: { type: 'string', minLength: 1, description: 'A word.', examples: ['ssh'] },
  minItems: 1,
  examples: [['ssh', 'pi']],
} as const satisfies WordSchema

/** A launcher among the words that describe a target. */
export function through(words: readonly string[] | undefined): string[] {
  return words === undefined ? [] : [`through \`${words.join(' ')}\``]
}
