import type { BaselineUpdate } from './baselines.ts'

/** In CI nothing is stored: a figure that nobody has looked at would hold whatever it is. */
export function usualUpdate(): BaselineUpdate {
  const { CI: ci = '' } = process.env
  return ['', '0', 'false'].includes(ci.toLowerCase()) ? 'new' : 'none'
}
