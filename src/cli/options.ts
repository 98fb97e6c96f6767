import { parseArgs } from 'node:util'
import type { ArgsDef } from 'citty'
import type { InconclusivePolicy } from '../contract/contract.ts'
import { didYouMean } from '../did-you-mean.ts'
import { InputError } from '../errors.ts'

/** The command line of one command, read strictly: citty lets options pass that do not exist. */
export interface Options {
  readonly positionals: readonly string[]
  /** The text of an option that may be given once. */
  one(name: string): string | undefined
  /** Whether an option without a value is there. */
  flag(name: string): boolean
  /** The texts of an option that may be repeated. */
  all(name: string): readonly string[]
}

/**
 * Reads the arguments of a command.
 *
 * @throws InputError where an option is unknown, lacks its value or is there too often.
 */
export function readOptions(rawArgs: readonly string[], definition: ArgsDef): Options {
  const names = Object.keys(definition).filter(name => definition[name]!.type !== 'positional')
  const options = Object.fromEntries(
    names.map(name => {
      const { type, alias } = definition[name] as { type?: string; alias?: string }
      const kind = type === 'boolean' ? 'boolean' : 'string'
      return [name, { type: kind, multiple: true, ...(alias && { short: alias }) } as const]
    }),
  )
  const { values, positionals } = parse(rawArgs, options, names)
  const all = (name: string) => (values[name] ?? []) as string[]
  return {
    positionals,
    all,
    flag: name => all(name).length > 0,
    one(name) {
      const [value, ...others] = all(name)
      if (others.length > 0)
        throw new InputError(`\`--${name}\` is there ${others.length + 1} times: give it once`)
      return value
    },
  }
}

function parse(
  rawArgs: readonly string[],
  options: Record<string, { type: 'string' | 'boolean'; multiple: true; short?: string }>,
  names: readonly string[],
) {
  try {
    return parseArgs({ args: [...rawArgs], options, allowPositionals: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const option = /-[^' ]*/.exec(message)?.[0] ?? ''
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const hint = didYouMean(
        option,
        ['help', ...names].map(name => `--${name}`),
      )
      throw new InputError(`unknown option \`${option}\`${hint}`)
    }
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
      const hint = message.includes('ambiguous') ? `; write \`${option}=-…\` where it starts with a dash` : ''
      throw new InputError(`\`${option}\` needs a value${hint}`)
    }
    throw error
  }
}

/** An option that is a whole number. */
export function wholeNumber(options: Options, name: string, smallest: number): number | undefined {
  const text = options.one(name)
  if (text === undefined) return undefined
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= smallest) return number
  throw new InputError(`\`--${name} ${text}\`: must be a whole number from ${smallest}`)
}

/** An option that is a number of seconds. */
export function seconds(options: Options, name: string): number | undefined {
  const text = options.one(name)
  if (text === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0 && Number.isFinite(Number(text))) return Number(text)
  throw new InputError(`\`--${name} ${text}\`: must be a number of seconds above 0`)
}

/** An option that is one of some words. */
export function oneOf<Word extends string>(
  options: Options,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = options.one(name)
  const word = words.find(each => each === text)
  if (text === undefined || word) return word
  throw new InputError(`\`--${name} ${text}\`: unknown value${didYouMean(text, words)}`)
}

/** What to do with clauses that the samples do not decide, where the command line says it. */
export function inconclusivePolicy(options: Options): InconclusivePolicy | undefined {
  return oneOf(options, 'on-inconclusive', ['fail', 'warn'])
}

/** Options of every command that evaluates clauses. */
export const commonArgs = {
  json: { type: 'string', valueHint: 'file', description: 'Write the evidence to this file' },
  resume: {
    type: 'boolean',
    description: 'Go on where an earlier run was inconclusive: the evidence about speeds adds up',
  },
  'on-inconclusive': {
    type: 'string',
    valueHint: 'fail|warn',
    description: 'What clauses do that the samples do not decide',
  },
} as const satisfies ArgsDef
