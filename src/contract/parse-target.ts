import { didYouMean } from '../did-you-mean.ts'
import type { Target } from '../engine/target.ts'
import { InputError } from '../errors.ts'
import { contractSchema } from './schema.ts'

const { properties } = contractSchema.properties.target

/**
 * What the command line says of a target: `backend=tensorrt,batch=32`. Words of a launcher are separated by spaces.
 *
 * @throws InputError where a name is unknown or a value is of another kind
 */
export function parseTarget(text: string): Partial<Target> {
  const pairs = text.split(',').map(part => /^(\w+)=(.+)$/.exec(part.trim()) ?? [part])
  return Object.fromEntries(
    pairs.map(([part, name, value]) => {
      if (name === undefined || value === undefined) {
        throw new InputError(`\`${part}\` of the target \`${text}\`: write name=value, e.g. batch=32`)
      }
      if (!Object.hasOwn(properties, name)) {
        throw new InputError(
          `\`${name}\` of the target \`${text}\` is unknown${didYouMean(name, Object.keys(properties))}`,
        )
      }
      return [name, parseValue(name as keyof typeof properties, value, text)]
    }),
  )
}

function parseValue(name: keyof typeof properties, value: string, text: string): unknown {
  const schema: { readonly description: string; readonly type?: string; readonly enum?: readonly string[] } =
    properties[name]
  if (name === 'launcher') return value.split(/\s+/)
  if (schema.type === 'integer') {
    if (/^\d+$/.test(value)) return Number(value)
    throw new InputError(`\`${name}=${value}\` of the target \`${text}\`: must be a whole number`)
  }
  if (schema.enum && !schema.enum.includes(value)) {
    throw new InputError(
      `\`${name}=${value}\` of the target \`${text}\` is unknown${didYouMean(value, schema.enum)}`,
    )
  }
  return value
}
