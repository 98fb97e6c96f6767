import { InputError } from '../../errors.ts'
import type { Options } from '../options.ts'

/** Options of `quantize` that choose what a plan has chosen, or build what it does not. */
const notWithPlan = [
  'placement',
  'exclude',
  'include',
  'max-accuracy-drop',
  'output-error',
  'evaluation',
  'time',
  'tensorrt-cache',
]

/** Throws InputError if `--plan` stands beside options that say otherwise, or no file is named for its model. */
export function refuseWithPlan(options: Options): void {
  const idle = notWithPlan.find(name => options.all(name).length > 0)
  if (idle) throw new InputError(`\`--${idle}\` does not go with \`--plan\`, which says all about the pairs`)
  if (options.one('to') === 'implicit') {
    throw new InputError('`--plan` goes with `--to explicit`: the implicit builder chooses by itself')
  }
  if (options.one('out') === undefined) {
    throw new InputError('`--out` is missing: name the file that the model of the plan goes to')
  }
}
