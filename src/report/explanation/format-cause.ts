import type { LayerCost } from '../../explain/cause.ts'
import type { ExplainedCause } from '../../explain/explain.ts'
import { listFew } from '../../words.ts'
import { type PaintOptions, paint } from '../paint.ts'
import { wrapText } from '../wrap-text.ts'
import { layerName } from './layer-name.ts'
import type { TimeUnit } from './time-unit.ts'
import { whatToDo } from './what-to-do.ts'

const indent = '     '
const longestLabel = 80
/** Layers that are listed once more below a cause of which the cost is counted above. */
const mostRepeated = 4
/** Layers at no extra cost that are listed: a model of hundreds of Q/DQ nodes has as many. */
const mostFree = 4

/** A cause for a terminal: its cost and what is so, its layers with what each costs, what to do. */
export function formatCause(
  cause: ExplainedCause,
  number: number,
  unit: TimeUnit,
  { width, ...options }: PaintOptions & { readonly width: number },
): string[] {
  const { toDo, layers, sentence } = causeText(cause, unit, { longest: longestLabel })
  const [first = '', ...more] = wrapText(sentence, width, indent)
  return [
    `${String(number).padStart(indent.length - 2)}. ${first.slice(indent.length)}`,
    ...more,
    ...(layers === '' ? [] : wrapText(layers, width, indent).map(line => paint('dim', line, options))),
    ...(toDo === '' ? [] : wrapText(`To do: ${toDo}.`, width, indent)),
  ]
}

interface ListOptions {
  /** Characters of a name. */
  readonly longest: number
  /** Layers that are listed by name. */
  readonly most?: number
}

/** A cause in sentences: what it costs and what is so, its layers with what each costs, what to do. */
export function causeText(
  { sentence, microseconds, notCountedBefore, costs, ...cause }: ExplainedCause,
  unit: TimeUnit,
  { longest, most = Number.POSITIVE_INFINITY }: ListOptions,
) {
  const isCounted = notCountedBefore < microseconds / 100
  const counted = microseconds - notCountedBefore
  const overlap = isCounted
    ? '; all of it is counted above'
    : counted < microseconds / 100
      ? ''
      : `; ${unit.time(counted)} of it are counted above`
  return {
    sentence: `${unit.time(microseconds)}: ${sentence}${overlap}`,
    layers: isCounted && costs.length > mostRepeated ? '' : layerList(costs, unit, { longest, most }),
    toDo: whatToDo(cause),
  }
}

/** Layers with what each costs, the dearest first. Conversions that cost nothing extra are named too: they are what the sentence counts. */
function layerList(
  costs: readonly LayerCost[],
  unit: TimeUnit,
  { longest, most }: Required<ListOptions>,
): string {
  const falling = costs.toSorted((x, y) => y.microseconds - x.microseconds)
  const costsSomething = ({ microseconds }: LayerCost) => Number(unit.number(microseconds)) > 0
  const label = ({ layer }: LayerCost) => layerName(layer, longest)
  const dear = falling.filter(costsSomething).map(cost => `${label(cost)} ${unit.number(cost.microseconds)}`)
  const free = falling.filter(cost => !costsSomething(cost) && cost.layer.kind === 'conversion').map(label)
  const more = dear.length - most
  const listed = more > 0 ? [...dear.slice(0, most), `${more} more`] : dear
  if (free.length === 0) return listed.join(', ')
  return [...listed, `at no extra cost ${listFew(free, mostFree)}`].join(', ')
}
