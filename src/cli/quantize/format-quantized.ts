import { versionOf } from '../../backends/tensorrt/version.ts'
import type { FileToQuantize, QuantizedFile } from '../../builder/quantize-file.ts'
import { formatOperators } from '../../report/format-operators.ts'
import { formatOutputErrors } from '../../report/format-output-errors.ts'
import { formatValue } from '../../report/format-value.ts'
import { visibleText } from '../../visible-text.ts'

/** What `quantize` wrote: a line for each file, then what the build found and which nodes stay in float. */
export function formatQuantized(file: FileToQuantize, done: QuantizedFile): string {
  const { method, variant, out, tensorrtCache } = file
  const { engine, inFloat, calibratedOn, cachedTensors, accuracy } = done
  const lines: string[] = []
  if (engine) {
    const how = variant.to === 'explicit' ? `explicit, placement ${variant.placement}` : 'implicit'
    lines.push(
      `${out}: ${how}, ${formatValue(engine.bytes, 'bytes')}, in INT8 on this CPU: ${formatOperators(engine.operators)}`,
    )
  }
  if (accuracy) {
    const [float, int8] = [accuracy.float, accuracy.int8].map(share => formatValue(share, 'fraction'))
    lines.push(`accuracy: ${int8}, float ${float}, on ${accuracy.samples} labelled samples`)
  }
  if (tensorrtCache) {
    const version = versionOf(tensorrtCache.version).text
    lines.push(`${tensorrtCache.path}: scales of ${cachedTensors} tensors for TensorRT ${version}`)
  }
  lines.push(`ranges: ${method}, calibrated on ${calibratedOn}`)
  if (engine?.outputErrors) lines.push(...formatOutputErrors(engine.outputErrors))
  for (const { name, op, reason } of inFloat) lines.push(`in float: node ${name} (${op}) ${reason}`)
  for (const note of engine?.notes ?? []) lines.push(`note: ${note}`)
  return lines.map(visibleText).join('\n')
}
