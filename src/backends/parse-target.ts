import { didYouMean } from '../did-you-mean.ts'
import type { Target, WordSchema } from '../engine/target.ts'
import { InputError } from '../errors.ts'
import { type BackendName, backends, isBackendName } from './backends.ts'
import { wordsOf } from './resolve-target.ts'

const names = Object.keys(backends) as BackendName[]

/**
 * What the command line says of a target: `backend=tensorrt,batch=32`. Words of a launcher are separated by spaces.
 *
 * @throws InputError if a name is unknown or a value is of another kind
 */
export function parseTarget(text: string): Partial<Target> {
  const pairs = text.split(',').map(part => {
    const [, name, value] = /^(\w+)=(.+)$/.exec(part.trim()) ?? []
    if (name === undefined || value === undefined) {
      throw new InputError(`\`${part}\` of the target \`${text}\`: write name=value, e.g. batch=32`)
    }
    return [name, value] as const
  })
  const named = pairs.find(([name]) => name === 'backend')?.[1]
  // Without a backend it may be a word of any: the target that it changes says which.
  const known = new Map<string, WordSchema | undefined>([['backend', undefined]])
  for (const name of named !== undefined && isBackendName(named) ? [named] : names) {
    for (const [word, schema] of Object.entries(wordsOf(name))) if (!known.has(word)) known.set(word, schema)
  }
  return Object.fromEntries(
    pairs.map(([name, value]) => {
      if (!known.has(name)) {
        throw new InputError(
          `\`${name}\` of the target \`${text}\` is unknown${didYouMean(name, [...known.keys()])}`,
        )
      }
      return [name, parseValue(name, value, known.get(name) ?? { enum: names }, text)]
    }),
  )
}

function parseValue(
  name: string,
  value: string,
  { type, enum: values, const: only }: Pick<WordSchema, 'type' | 'enum' | 'const'>,
  text: string,
): unknown {
  if (type === 'array') return value.split(/\s+/)
  if (type === 'integer' || only !== undefined) {
    if (/^\d+$/.test(value)) return Number(value)
    throw new InputError(`\`${name}=${value}\` of the target \`${text}\`: must be a whole number`)
  }
  if (values && !values.includes(value)) {
    throw new InputError(
      `\`${name}=${value}\` of the target \`${text}\` is unknown${didYouMean(value, values)}`,
    )
  }
  return value
}
