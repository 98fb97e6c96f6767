import { version } from '../own-package.ts'
import { paint } from '../report/paint.ts'
import type { Command } from './command.ts'
import type { Argument } from './command-line.ts'

interface HelpPage {
  readonly name: string
  readonly description: string
  /** What is written behind the name. */
  readonly words: readonly string[]
  /** What there is to choose from: a title, and a description for each name. */
  readonly choices: readonly (readonly [title: string, rows: readonly Row[]])[]
  readonly examples: readonly string[]
  readonly exitCodes: Command['exitCodes']
}

type Row = readonly [name: string, description: string]

const verdictCodes = {
  0: 'all clauses upheld',
  1: 'a clause violated',
  2: 'a clause inconclusive, unless --on-inconclusive warn',
  3: 'something cannot be evaluated: bad input, a missing file',
}

/** The help text of a command. */
export function usage(
  { name, description, args, examples, exitCodes }: Command,
  { color }: { readonly color: boolean },
): string {
  const all = Object.entries(args)
  const positionals = all.filter(([, { type }]) => type === 'positional')
  const options = all.filter(([, { type }]) => type !== 'positional')
  const row = ([key, argument]: (typeof all)[number]): Row => [nameOf(key, argument), descriptionOf(argument)]
  const words = [...(options.length > 0 ? ['[OPTIONS]'] : []), ...positionals.map(inUsage)]
  const choices = [['ARGUMENTS', positionals.map(row)] as const, ['OPTIONS', options.map(row)] as const]
  return page({ name: `quantract ${name}`, description, words, choices, examples, exitCodes }, color)
}

/** The help text of the whole command line. */
export function overview(commands: readonly Command[], { color }: { readonly color: boolean }): string {
  const text = {
    name: 'quantract',
    description: 'Performance contracts for INT8 neural networks',
    words: [commands.map(({ name }) => name).join('|')],
    choices: [['COMMANDS', commands.map(({ name, description }): Row => [name, description])]] as const,
    examples: [
      'quantract init model.onnx',
      'quantract check',
      'quantract compare model.onnx model.qdq.onnx',
      'quantract doctor',
    ],
    exitCodes: undefined,
  }
  return page(text, color, 'Use quantract <command> --help for more information about a command.')
}

function inUsage([key, argument]: readonly [string, Argument]): string {
  const { required = true, many = false } = argument as Argument & { type: 'positional' }
  const word = `${key.toUpperCase()}${many ? '...' : ''}`
  return required ? `<${word}>` : `[${word}]`
}

function nameOf(key: string, argument: Argument): string {
  if (argument.type === 'positional') return key.toUpperCase()
  const names = `${argument.short ? `-${argument.short}, ` : ''}--${key}`
  return argument.type === 'boolean' ? names : `${names}=<${argument.valueHint}>`
}

function descriptionOf(argument: Argument): string {
  const isRequired = argument.type === 'positional' && argument.required !== false
  return `${argument.description}${isRequired ? ' (Required)' : ''}`
}

function page(
  { name, description, words, choices, examples, exitCodes = verdictCodes }: HelpPage,
  color: boolean,
  hint?: string,
): string {
  const heading = (title: string) => paint('bold', title, { color })
  const section = (title: string, lines: readonly string[]) =>
    `${heading(title)}\n\n${lines.map(line => `  ${line}`).join('\n')}`
  const table = (rows: readonly Row[]) => {
    const width = Math.max(...rows.map(([key]) => key.length))
    return rows.map(([key, text]) => `${paint('cyan', key.padStart(width), { color })}    ${text}`)
  }
  return [
    paint('dim', `${description} (${name} v${version})`, { color }),
    `${heading('USAGE')} ${paint('cyan', [name, ...words].join(' '), { color })}`,
    ...choices.flatMap(([title, rows]) => (rows.length > 0 ? [section(title, table(rows))] : [])),
    ...(hint === undefined ? [] : [hint]),
    section('EXAMPLES', examples),
    section(
      'EXIT CODES',
      Object.entries(exitCodes).map(([code, meaning]) => `${code}  ${meaning}`),
    ),
  ].join('\n\n')
}
