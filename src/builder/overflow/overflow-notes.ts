import { sum } from 'simple-statistics'
import { countOf, listFew, verb } from '../../words.ts'
import type { Overflow } from './overflow.ts'
import type { CheckedModel } from './without-overflow.ts'

/** Up to so many layers have a sentence each; more are summed up, those first that overflow most. */
const mostSentences = 3

type Layers = readonly Overflow[]
type Verbs = readonly [singular: string, plural: string]

const overflow: Verbs = ['overflows on this CPU', 'overflow on this CPU']
const differ: Verbs = ['differs from float arithmetic', 'differ from float arithmetic']

/** Sentences about the check for the engine's notes. */
export function overflowNotes({ reduced, limits, remaining }: CheckedModel): string[] {
  const narrow = remaining.filter(({ narrowable }) => narrowable)
  const fixed = remaining.filter(({ narrowable }) => !narrowable)
  return [
    ...sentences(reduced, overflow, layers => `: ${narrowed(layers, limits)}`),
    ...sentences(narrow, differ, () => ', also with 7-bit weights'),
    ...sentences(
      fixed,
      differ,
      layers => `, and ${its(layers)} weights cannot be narrowed: they are no constants in symmetric INT8`,
    ),
  ]
}

/** Of a model that was only looked at. */
export function untouchedNotes(overflows: Layers): string[] {
  return sentences(
    overflows,
    overflow,
    ({ length }) => `; as an explicit variant ${verb(length, 'it', 'they')} would get narrower weights`,
  )
}

function sentences(layers: Layers, does: Verbs, rest: (layers: Layers) => string): string[] {
  if (layers.length <= mostSentences)
    return layers.map(
      layer => `layer \`${layer.node}\` ${does[0]} in ${percent(layer)} of its outputs${rest([layer])}`,
    )
  const worst = layers.toSorted((a, b) => b.share - a.share)
  const names = worst.map(layer => `\`${layer.node}\` (${percent(layer)} of its outputs)`)
  return [`${countOf(layers.length, 'layer')} ${does[1]}, ${listFew(names, mostSentences)}${rest(layers)}`]
}

function narrowed(layers: Layers, limits: CheckedModel['limits']): string {
  const largest = layers.flatMap(({ node }) => [...limits.get(node)!.values()])
  const [least, most] = [Math.min(...largest), Math.max(...largest)]
  const integers = least === most ? `${least}` : `${least} to ${most}`
  const ofChannels = sum(layers.map(layer => layer.ofChannels))
  return `the weights of ${largest.length} of ${its(layers)} ${ofChannels} output channels go up to ${integers} instead of 127`
}

function its({ length }: Layers): string {
  return verb(length, 'its', 'their')
}

function percent({ share }: Overflow): string {
  return `${(share * 100).toPrecision(2)}%`
}
