import type { LayerCost } from '../../explain/cause.ts'
import type { ExplainedCause } from '../../explain/explain.ts'
import { type PaintOptions, paint } from '../paint.ts'
import { wrapText } from '../wrap-text.ts'
import { layerName } from './layer-name.ts'
import type { TimeUnit } from './time-unit.ts'
import { whatToDo } from './what-to-do.ts'

const indent = '     '
const longestLabel = 80
/** Layers that are listed once more below a cause of which the cost is counted above. */
const mostRepeated = 4

/** A cause for a terminal: its cost and what is so, its layers with what each costs, what to do. */
export function formatCause(
  cause: ExplainedCause,
  number: number,
  unit: TimeUnit,
  { width, ...options }: PaintOptions & { readonly width: number },
): string[] {
  const { sentence, microseconds, notCountedBefore, costs } = cause
  const toDo = whatToDo(cause)
  const isCounted = notCountedBefore < microseconds / 100
  const counted = microseconds - notCountedBefore
  const overlap = isCounted
    ? '; all of it is counted above'
    : counted < microseconds / 100
      ? ''
      : `; ${unit.time(counted)} of it are counted above`
  const text = `${unit.time(microseconds)}: ${sentence}${overlap}`
  const [first = '', ...more] = wrapText(text, width, indent)
  const layers = isCounted && costs.length > mostRepeated ? '' : layerList(costs, unit)
  return [
    `${String(number).padStart(indent.length - 2)}. ${first.slice(indent.length)}`,
    ...more,
    ...(layers === '' ? [] : wrapText(layers, width, indent).map(line => paint('dim', line, options))),
    ...(toDo === '' ? [] : wrapText(`To do: ${toDo}.`, width, indent)),
  ]
}

/** The dearest layer first. Conversions that cost nothing extra are named too: they are what the sentence counts. */
function layerList(costs: readonly LayerCost[], unit: TimeUnit): string {
  const falling = costs.toSorted((x, y) => y.microseconds - x.microseconds)
  const costsSomething = ({ microseconds }: LayerCost) => Number(unit.number(microseconds)) > 0
  const label = ({ layer }: LayerCost) => layerName(layer, longestLabel)
  const dear = falling.filter(costsSomething).map(cost => `${label(cost)} ${unit.number(cost.microseconds)}`)
  const free = falling.filter(cost => !costsSomething(cost) && cost.layer.kind === 'conversion').map(label)
  return [...dear, ...(free.length === 0 ? [] : [`at no extra cost ${free.join(', ')}`])].join(', ')
}
