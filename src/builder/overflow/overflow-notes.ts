import { sum } from 'simple-statistics'
import { countOf, listFew } from '../../words.ts'
import type { Overflow } from './overflow.ts'
import type { CheckedModel } from './without-overflow.ts'

/** Up to so many layers have a sentence each; more are summed up, those first that overflow most. */
const mostSentences = 3

/** Sentences about the check for the engine's notes. */
export function overflowNotes({ reduced, limits, remaining }: CheckedModel): string[] {
  return [...narrowedNotes(reduced, limits), ...remainingNotes(remaining)]
}

/** Of a model that was only looked at. */
export function untouchedNotes(overflows: readonly Overflow[]): string[] {
  if (overflows.length > mostSentences) {
    return [
      `${summedUp(overflows, 'overflow on this CPU')}; as explicit variants they would get narrower weights`,
    ]
  }
  return overflows.map(
    ({ node, share }) =>
      `layer \`${node}\` overflows on this CPU in ${percent(share)} of its outputs; as an explicit variant it would get narrower weights`,
  )
}

function narrowedNotes(reduced: readonly Overflow[], limits: CheckedModel['limits']): string[] {
  const narrowed = (layers: readonly Overflow[]) => {
    const largest = layers.flatMap(({ node }) => [...limits.get(node)!.values()])
    const [least, most] = [Math.min(...largest), Math.max(...largest)]
    const integers = least === most ? `${least}` : `${least} to ${most}`
    const ofChannels = sum(layers.map(layer => layer.ofChannels))
    const whose = layers.length === 1 ? 'its' : 'their'
    return `the weights of ${largest.length} of ${whose} ${ofChannels} output channels go up to ${integers} instead of 127`
  }
  if (reduced.length > mostSentences)
    return [`${summedUp(reduced, 'overflow on this CPU')}: ${narrowed(reduced)}`]
  return reduced.map(
    layer =>
      `layer \`${layer.node}\` overflows on this CPU in ${percent(layer.share)} of its outputs: ${narrowed([layer])}`,
  )
}

function remainingNotes(remaining: readonly Overflow[]): string[] {
  return [true, false].flatMap(narrowable => {
    const layers = remaining.filter(layer => layer.narrowable === narrowable)
    const why = narrowable
      ? 'also with 7-bit weights'
      : 'and its weights cannot be narrowed: they are no constants in symmetric INT8'
    if (layers.length > mostSentences)
      return [
        `${summedUp(layers, 'differ from float arithmetic')}, ${why.replace('its weights', 'their weights')}`,
      ]
    return layers.map(
      ({ node, share }) =>
        `layer \`${node}\` differs from float arithmetic in ${percent(share)} of its outputs, ${why}`,
    )
  })
}

function summedUp(layers: readonly Overflow[], whatTheyDo: string): string {
  const worst = layers.toSorted((a, b) => b.share - a.share)
  const names = worst.map(({ node, share }) => `\`${node}\` (${percent(share)} of its outputs)`)
  return `${countOf(layers.length, 'layer')} ${whatTheyDo}, ${listFew(names, mostSentences)}`
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)}%`
}
