import type { Unit } from '../contract/evidence.ts'

interface Shown {
  /** Base units in one shown unit. */
  readonly size: number
  /** Follows the number. */
  readonly suffix: string
  /** Decimals of an exact value; without it three significant digits are shown. */
  readonly decimals?: number
}

/** How each unit is shown, from large to small: a value takes the first that is not larger than itself. */
const shownUnits: Readonly<Record<Unit, readonly [...Shown[], Shown]>> = {
  x: [{ size: 1, suffix: '×', decimals: 3 }],
  fps: [{ size: 1, suffix: ' fps' }],
  ms: [{ size: 1, suffix: ' ms' }],
  s: [
    { size: 1, suffix: ' s' },
    { size: 1e-3, suffix: ' ms' },
  ],
  pp: [{ size: 1, suffix: ' pp', decimals: 2 }],
  fraction: [{ size: 0.01, suffix: '%', decimals: 2 }],
  dB: [{ size: 1, suffix: ' dB' }],
  count: [{ size: 1, suffix: '', decimals: 0 }],
  number: [{ size: 1, suffix: '' }],
  // Powers of 1000, as disks and downloads are counted.
  bytes: [
    { size: 1e9, suffix: ' GB' },
    { size: 1e6, suffix: ' MB' },
    { size: 1e3, suffix: ' kB' },
    { size: 1, suffix: ' B', decimals: 0 },
  ],
}

/** An exact value in the unit that people read: `0.9831` of unit `fraction` is `98.31%`, `87600` bytes are `87.6 kB`. */
export function formatValue(value: number, unit: Unit): string {
  const shown = shownIn(unit, value)
  const decimals = shown.decimals ?? significantDecimals(value / shown.size, 3)
  return formatNumber(value / shown.size, decimals) + shown.suffix
}

/**
 * A value and the ends of its interval, all with as many decimals as the width of the interval supports: two
 * significant digits of its half.
 */
export function formatInterval(
  { value, lower, upper }: { readonly value: number; readonly lower: number; readonly upper: number },
  unit: Unit,
): { value: string; lower: string; upper: string } {
  const { size, suffix } = shownIn(unit, value)
  const finite = Number.isFinite(upper - lower)
  const half = finite ? (upper - lower) / 2 : value
  // Never more than five digits in all: nobody reads them.
  const largest = finite ? Math.max(Math.abs(lower), Math.abs(upper)) : value
  const decimals = Math.min(significantDecimals(half / size, 2), significantDecimals(largest / size, 5))
  const format = (number: number) => formatNumber(number / size, decimals)
  return { value: format(value) + suffix, lower: format(lower), upper: format(upper) }
}

function shownIn(unit: Unit, value: number): Shown {
  const units = shownUnits[unit]
  return units.find(({ size }) => Math.abs(value) >= size) ?? units.at(-1)!
}

/** Decimals that show so many significant digits of a number; at most 6. */
function significantDecimals(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return 0
  return Math.min(6, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))))
}

function formatNumber(value: number, decimals: number): string {
  if (Number.isNaN(value)) return 'unknown'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  return value.toFixed(decimals).replace(/^-(?=[0.]+$)/, '')
}
