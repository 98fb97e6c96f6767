import { parseArgs } from 'node:util'
import { didYouMean } from '../did-you-mean.ts'
import { InputError } from '../errors.ts'
import type { Options } from './options.ts'

/** What one word of a command line is, under its name. Words without an option come in the order of definition. */
export type Argument =
  | {
      readonly type: 'positional'
      readonly description: string
      /** True if it is not said. */
      readonly required?: boolean
      /** Of the last one: may be repeated. */
      readonly many?: boolean
    }
  | {
      readonly type: 'string'
      readonly description: string
      readonly valueHint: string
      /** The one letter that may be written for the name. */
      readonly short?: string
    }
  | { readonly type: 'boolean'; readonly description: string; readonly short?: string }

export type Arguments = Readonly<Record<string, Argument>>

/** What may be written on the command line of a command. */
export interface CommandLine {
  readonly name: string
  /** How many files of which kind, as messages say it: `two engines`. */
  readonly takes?: string
  readonly args: Arguments
}

/**
 * Reads what stands behind the name of a command.
 *
 * @throws InputError if an option is unknown, lacks its value or is there too often, or if there are too few or too
 * many files.
 */
export function readCommandLine(rawArgs: readonly string[], command: CommandLine): Options {
  const { values, positionals } = parse(rawArgs, command.args)
  checkPositionals(positionals, command)
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

function parse(rawArgs: readonly string[], args: Arguments) {
  const options: Record<string, { type: 'string' | 'boolean'; multiple: true; short?: string }> = {}
  for (const [name, argument] of Object.entries(args)) {
    if (argument.type === 'positional') continue
    const { type } = argument
    const short = 'short' in argument && { short: argument.short }
    options[name] = { type, multiple: true, ...short }
  }
  try {
    return parseArgs({ args: [...rawArgs], options, allowPositionals: true })
  } catch (error) {
    throw mistakeIn(error as NodeJS.ErrnoException, Object.keys(options))
  }
}

/** What node says about a mistake, in one sentence of ours. */
function mistakeIn(error: NodeJS.ErrnoException, names: readonly string[]): Error {
  const { code, message } = error
  // Of an option with two names, such as `-o, --out <value>`, the long one.
  const [option = ''] = /--[^' =]+/.exec(message) ?? /-[^' ]+/.exec(message) ?? []
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const known = ['help', ...names].map(name => `--${name}`)
    return new InputError(`unknown option \`${option}\`${didYouMean(option, known)}`)
  }
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    if (message.includes('does not take')) return new InputError(`\`${option}\` takes no value`)
    const hint = message.includes('ambiguous') ? `; write \`${option}=-…\` if it starts with a dash` : ''
    return new InputError(`\`${option}\` needs a value${hint}`)
  }
  return error
}

const ordinals = ['first', 'second', 'third', 'fourth']

function checkPositionals(given: readonly string[], { name, takes, args }: CommandLine): void {
  const expected = Object.entries(args).flatMap(([key, argument]) =>
    argument.type === 'positional' ? [{ key, ...argument }] : [],
  )
  const missing = expected.find(({ required = true }, position) => required && position >= given.length)
  if (missing) throw new InputError(`Missing required positional argument: ${missing.key.toUpperCase()}`)
  const extra = given[expected.length]
  if (extra === undefined || expected.at(-1)?.many) return
  throw new InputError(
    takes === undefined
      ? `\`${name}\` does not take \`${extra}\``
      : `\`${name}\` takes ${takes}: \`${extra}\` is a ${ordinals[expected.length]} one`,
  )
}
