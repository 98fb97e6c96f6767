import { didYouMean } from '../../did-you-mean.ts'
import { kinds } from '../metrics/kinds.ts'
import { type ClauseWords, type MetricWords, mistake, peek, type Word } from './clause-words.ts'

/** A number and what follows it, `12 ms` or `12ms`; the unit is empty if none is written. */
export interface Amount {
  readonly number: number
  readonly unit: string
  readonly text: string
  readonly first: Word
  readonly last: Word
}

/** Reads a number with its unit if the next word starts with a digit, otherwise nothing. */
export function parseAmount(clause: ClauseWords): Amount | undefined {
  const first = peek(clause)
  const match = first && /^(-?\d+(?:\.\d+)?)(.*)$/u.exec(first.text)
  if (!match) return undefined
  clause.next++
  const number = Number(match[1])
  if (!Number.isFinite(number)) throw mistake(clause, 'this number is too large', first)
  const next = peek(clause)
  if (match[2] !== '' || next === undefined || next.text === 'within' || /^[<>=≤≥]/.test(next.text))
    return { number, unit: match[2]!, text: first.text, first, last: first }
  clause.next++
  return { number, unit: next.text, text: `${first.text} ${next.text}`, first, last: next }
}

/** The amount in the base unit of the metric, e.g. 0.5 of `0.5 kB` is 500 bytes. */
export function toBaseUnit(clause: ClauseWords, amount: Amount, metric: MetricWords): number {
  const { number, unit, first, last } = amount
  const { kind } = metric
  if (number < 0 && !kind.signed) throw mistake(clause, `\`${metric.name}\` is never below 0`, first, last)
  if (Object.keys(kind.units).length === 0) {
    if (unit === '') return number
    throw mistake(clause, `\`${metric.name}\` has no unit: write the number alone`, first, last)
  }
  const factor = Object.hasOwn(kind.units, unit) ? kind.units[unit] : undefined
  if (factor === undefined) throw mistake(clause, unitProblem(amount, metric), first, last)
  return factor < 1 ? shifted(number, Math.round(Math.log10(factor))) : number * factor
}

/** The number nearest to `number` x 10^`exponent`: 91.3 / 100 is not 0.913, and neither is 0.7 * 0.01 0.007. */
function shifted(number: number, exponent: number): number {
  const [digits, own = '0'] = String(number).split('e')
  return Number(`${digits}e${Number(own) + exponent}`)
}

function unitProblem({ number, unit }: Amount, { name, kind }: MetricWords): string {
  const units = Object.keys(kind.units)
  const example = `\`${number} ${units[0]}\``.replace(' %', '%')
  if (unit === '') return `a number needs its unit, for example ${example}`
  const known = Object.values(kinds).some(({ units }) => Object.hasOwn(units, unit))
  if (unit === '%') return `% of what? Write ${example} or \`95% of fp32 ${name}\``
  if (!known) return `unknown unit \`${unit}\`${didYouMean(unit, units)}`
  return `\`${name}\` is ${kind.noun}: it is not measured in \`${unit}\`, but for example in ${example}`
}
