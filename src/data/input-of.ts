import { InputError } from '../errors.ts'
import type { ModelInput } from './sample-source.ts'

/** The one input of a model that samples are for. Throws InputError if it cannot be told or is not there. */
export function inputOf(inputs: readonly ModelInput[], named: string | undefined, name: string): ModelInput {
  const names = inputs.map(input => `\`${input.name}\``).join(', ')
  const [only, second] = inputs
  if (named === undefined) {
    if (only && !second) return only
    throw new InputError(`${name}: the model has the inputs ${names}: say with \`input\` which one it is for`)
  }
  const found = inputs.find(input => input.name === named)
  if (!found) throw new InputError(`${name}: the model has no input \`${named}\`, only ${names}`)
  return found
}
