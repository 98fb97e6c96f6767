import type { OnnxruntimeTarget } from '../backends/onnxruntime/target.ts'
import { didYouMean } from '../did-you-mean.ts'
import { InputError } from '../errors.ts'
import type { Arguments } from './command-line.ts'
import { type Options, wholeNumber } from './options.ts'

type Session = NonNullable<OnnxruntimeTarget['session']>

/** Options of every command that runs ONNX files without a contract. */
export const targetArgs = {
  threads: { type: 'string', valueHint: 'number', description: 'Threads within an operator (default: 1)' },
  batch: { type: 'string', valueHint: 'number', description: 'Samples per inference (default: 1)' },
  session: {
    type: 'string',
    valueHint: 'name=value',
    description:
      "A setting of your program's sessions, repeatable: graphOptimizationLevel or a configuration entry (default: as the runtime has it)",
  },
} as const satisfies Arguments

/**
 * What these options say of the target; what they leave out is absent.
 *
 * @throws InputError if one of them has no such value
 */
export function targetOf(options: Options): Partial<Pick<OnnxruntimeTarget, keyof typeof targetArgs>> {
  const threads = wholeNumber(options, 'threads', 1)
  const batch = wholeNumber(options, 'batch', 1)
  const session = sessionOf(options.all('session'))
  return {
    ...(threads !== undefined && { threads }),
    ...(batch !== undefined && { batch }),
    ...(session && { session }),
  }
}

function sessionOf(texts: readonly string[]): Session | undefined {
  const settings = new Map<string, string>()
  for (const text of texts) {
    const [, name, value] = /^([\w.]+)=(.+)$/.exec(text) ?? []
    if (name === undefined || value === undefined) {
      throw new InputError(
        `\`--session ${text}\`: write name=value, e.g. \`session.set_denormal_as_zero=1\` or \`graphOptimizationLevel=extended\``,
      )
    }
    if (settings.has(name)) throw new InputError(`\`--session ${name}\` is there twice: give it once`)
    if (name !== level && !name.includes('.')) {
      throw new InputError(
        `\`--session ${text}\`: \`${name}\` has no dot, so it is no configuration entry${didYouMean(name, [level])}`,
      )
    }
    settings.set(name, value)
  }
  if (settings.size === 0) return undefined
  const { [level]: graphOptimizationLevel, ...config } = Object.fromEntries(settings)
  return {
    // Whether there is such a level is for the backend to say.
    ...(graphOptimizationLevel !== undefined && { graphOptimizationLevel: graphOptimizationLevel as never }),
    ...(Object.keys(config).length > 0 && { config }),
  }
}

const level = 'graphOptimizationLevel'
