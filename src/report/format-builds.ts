import type { BuildsEvidence } from '../contract/evidence.ts'

/**
 * How much a verdict says about the next build, in a sentence.
 *
 * @example `3 builds per variant: implicit differs by up to 32%, explicit by up to 3.4%`
 */
export function formatBuilds({ count, fastestOf, differences }: BuildsEvidence): string {
  if (fastestOf !== undefined) return `the fastest of ${fastestOf} builds per variant was measured`
  if (count === 1) {
    return 'one engine per variant was measured, and another build may differ: `builds` in the target measures several'
  }
  const shares = Object.entries(differences).map(
    ([variant, share], i) => `${variant}${i === 0 ? ' differs' : ''} by up to ${percent(share)}`,
  )
  return [`${count} builds per variant`, ...(shares.length > 0 ? [shares.join(', ')] : [])].join(': ')
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))}%`
}
