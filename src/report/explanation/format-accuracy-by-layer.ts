import type { LayerAccuracy } from '../../explain/onnxruntime/accuracy-by-layer.ts'
import { formatTable } from '../format-table.ts'
import { type PaintOptions, paint } from '../paint.ts'

const shown = 10

/** Layers whose return to float recovers most, and how far each is from float. */
export function formatAccuracyByLayer(
  engine: string,
  score: number,
  layers: readonly LayerAccuracy[],
  options: PaintOptions = {},
): string {
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`
  const rows = layers
    .slice(0, shown)
    .map(({ node, signalToNoise, scoreInFloat }) => [
      node,
      signalToNoise === undefined ? '' : `${signalToNoise.toFixed(1)} dB`,
      percent(scoreInFloat),
      `${scoreInFloat >= score ? '+' : ''}${((scoreInFloat - score) * 100).toFixed(2)}`,
    ])
  return [
    paint('bold', `Accuracy of ${engine}, ${percent(score)}, with one layer in float`, options),
    ...formatTable([['layer', 'signal to noise', 'accuracy', 'recovers'], ...rows]),
  ].join('\n')
}
