import { environment } from '../../src/engine/environment.ts'
import type { SpeedRatio } from '../../src/measure/compare-speed.ts'
import type { BenchResult } from './bench-model.ts'

/** What was found, as a page of Markdown. */
export function formatResults(results: readonly BenchResult[]): string {
  const { cpu, instructionSets, onnxruntime } = environment()
  const python = results.flatMap(({ againstPython }) => (againstPython ? [againstPython.ratio] : []))
  const mean = Math.exp(python.reduce((sum, ratio) => sum + Math.log(ratio), 0) / python.length)
  const behind = results.filter(({ againstBest }) => againstBest.upper < 0.98)
  const mixed = results.filter(({ againstUniform }) => againstUniform && againstUniform.lower > 1)
  const lossy = results.filter(({ accuracy }) => accuracy && accuracy.implicit < accuracy.fp32 - 0.005)
  return `# The implicit builder against other quantizers

Written by \`npm run bench:quantizer\` on ${cpu} (${instructionSets.join(', ')}), ONNX Runtime ${onnxruntime}, one thread, batch 1. Every tenth sample calibrates, the others judge.

The *best rival* is the fastest that loses at most 0.5 points of accuracy. Rivals are fp32, our placements, and ONNX Runtime's quantizer in Python (MinMax, Entropy, Percentile; U8S8, S8S8; per channel, per tensor). The best one is chosen in one run and compared in another. Ratios are of fps, with 95% intervals. The implicit builder knows none of the rivals.

${table(
  [
    'model',
    'fp32 ms',
    'Python U8S8 per channel',
    'implicit ms',
    'implicit / Python',
    'best rival',
    'implicit / best rival',
    'accuracy fp32, Python, implicit',
    'layers in INT8',
  ],
  results.map(result => [
    result.model,
    milliseconds(result, 'fp32'),
    milliseconds(result, 'Python U8S8 per-channel minmax'),
    result.implicitMilliseconds.toFixed(3),
    result.againstPython ? interval(result.againstPython) : '-',
    result.best,
    interval(result.againstBest),
    accuracies(result),
    int8Layers(result),
  ]),
)}

- Geometric mean of implicit / Python U8S8 per channel over ${python.length} models: ${mean.toFixed(2)}.
- Slower than the best rival by more than 2% with confidence: ${names(behind)}.
- Mixed plans faster than fp32 and all INT8 with confidence: ${mixed.map(({ model, againstUniform }) => `${model} ${interval(againstUniform!)}`).join('; ') || 'none'}.
- More than 0.5 points of accuracy lost: ${names(lossy)}.

${results.map(details).join('\n')}`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

function interval({ ratio, lower, upper }: SpeedRatio): string {
  return `${ratio.toFixed(2)} [${lower.toFixed(2)}, ${upper.toFixed(2)}]`
}

function milliseconds({ rivals }: BenchResult, name: string): string {
  return rivals.find(rival => rival.name === name)?.milliseconds.toFixed(3) ?? '-'
}

function accuracies({ accuracy, againstPython }: BenchResult): string {
  if (!accuracy) return 'no labels'
  const percent = (share: number | undefined) => (share === undefined ? '-' : `${(100 * share).toFixed(1)}%`)
  return [accuracy.fp32, againstPython?.accuracy, accuracy.implicit].map(percent).join(', ')
}

function int8Layers({ plan }: BenchResult): string {
  return `${plan.layers.filter(({ precision }) => precision === 'int8').length} of ${plan.layers.length}`
}

function details({ model, plan, rivals, failures, buildSeconds }: BenchResult): string {
  const float = plan.layers.filter(({ precision }) => precision === 'float').map(({ node }) => node)
  const failed = Object.entries(failures).map(
    ([name, why]) => `${name} (${why.replace(/Load model from \S+ failed: ?/, '').replaceAll('|', '/')})`,
  )
  return `## ${model}

Plan: ${plan.name}, built in ${buildSeconds.toFixed(0)} s. In float: ${float.length === 0 ? 'nothing' : float.length === plan.layers.length ? 'everything' : float.join(', ')}.

${rivals.map(({ name, milliseconds, accuracy }) => `${name} ${milliseconds.toFixed(3)} ms${accuracy === undefined ? '' : ` (${(100 * accuracy).toFixed(1)}%)`}`).join('; ')}.
${failed.length > 0 ? `\nNot made: ${failed.join('; ')}.\n` : ''}`
}

function names(results: readonly BenchResult[]): string {
  return results.map(({ model }) => model).join(', ') || 'none'
}
