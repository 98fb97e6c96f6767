import { didYouMean } from './did-you-mean.ts'
import { InputError } from './errors.ts'
import { isRecord } from './is-record.ts'

/** What may be said for all contracts and specs at once: in the plugin of Vitest, or in the environment. */
export interface SharedSettings {
  /** Whether a clause that the samples do not decide fails or warns. */
  readonly policy?: 'fail' | 'warn' | undefined
  /** Slack of `>=` and `<=` between the speeds of two engines, where the clause names none, e.g. `2%`. */
  readonly tolerance?: string | undefined
  /** Probability that a clause is called violated although it holds. */
  readonly alpha?: number | undefined
  /** Words of the target, by name; in the environment `threads=4,batch=8`. */
  readonly target?: Readonly<Record<string, unknown>> | string | undefined
  /** Seconds that one clause about speed may measure. */
  readonly budget?: number | undefined
  /** Folder of built engines. */
  readonly cache?: string | undefined
}

type Name = keyof SharedSettings

/** What is wrong with a value; undefined if it is fine. */
const problems: Readonly<Record<Name, (value: unknown) => string | undefined>> = {
  policy: value => {
    if (value === 'fail' || value === 'warn') return undefined
    return `must be \`fail\` or \`warn\`${typeof value === 'string' ? didYouMean(value, ['fail', 'warn']) : ''}`
  },
  tolerance: value =>
    typeof value === 'string' && /^\d+(\.\d+)?%$/.test(value) && Number.parseFloat(value) < 100
      ? undefined
      : 'must be a share of the ratio below 100%, e.g. `2%`',
  alpha: value =>
    typeof value === 'number' && value > 0 && value < 0.5 ? undefined : 'must be a number between 0 and 0.5',
  target: value =>
    typeof value === 'string' || isRecord(value)
      ? undefined
      : 'must be an object with words of the target, e.g. `{ threads: 4 }`',
  budget: value =>
    typeof value === 'number' && value > 0 && Number.isFinite(value)
      ? undefined
      : 'must be a number of seconds above 0',
  cache: value => (typeof value === 'string' && value !== '' ? undefined : 'must be the path of a folder'),
}

const names = Object.keys(problems) as Name[]

/**
 * Checks settings that somebody has written.
 *
 * @param where how messages call them
 * @param others names that are known to whoever reads them
 * @throws InputError with a line for each that is unknown, with the nearest word, or has no such value
 */
export function checkSettings(given: object, where: string, others: readonly string[] = []): void {
  const known = [...names, ...others]
  const mistakes = Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined || others.includes(name)) return []
    if (!Object.hasOwn(problems, name))
      return [`${where}: unknown option \`${name}\`${didYouMean(name, known)}`]
    const problem = problems[name as Name](value)
    return problem === undefined ? [] : [`${where}: \`${name}\` is \`${String(value)}\`: ${problem}`]
  })
  if (mistakes.length > 0) throw new InputError(mistakes)
}

/** One for the process, however often a bundler has this module. */
const key = Symbol.for('quantract.settings')
const shared = globalThis as { [key]?: SharedSettings }

/** Takes what the plugin says: it holds for all that this process evaluates. */
export function usePluginSettings(settings: SharedSettings): void {
  shared[key] = settings
}

/**
 * What holds: what the plugin says, or else the contract or spec, or else the environment (`QUANTRACT_BUDGET` and its kin).
 *
 * @param own what the contract or spec says
 * @throws InputError if the environment has no such value
 */
export function setting<N extends Name>(name: N, own?: SharedSettings[N]): SharedSettings[N] {
  return pluginSetting(name) ?? own ?? environmentSetting(name)
}

/** What the plugin says alone. */
export function pluginSetting<N extends Name>(name: N): SharedSettings[N] {
  return shared[key]?.[name]
}

/** What the environment says alone. */
export function environmentSetting<N extends Name>(name: N): SharedSettings[N] {
  const variable = `QUANTRACT_${name.toUpperCase()}`
  const text = process.env[variable]
  if (text === undefined || text === '') return undefined
  const isNumber = name === 'alpha' || name === 'budget'
  const value = isNumber && text.trim() !== '' ? Number(text) : text
  const problem = problems[name](value)
  if (problem !== undefined) throw new InputError(`${variable} is \`${text}\`: ${problem}`)
  return value as SharedSettings[N]
}
