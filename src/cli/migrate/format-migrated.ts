import type { FileToMigrate, MigratedFile } from '../../builder/migration/migrate-file.ts'
import { formatValue } from '../../report/format-value.ts'
import { visibleText } from '../../visible-text.ts'
import { countOf } from '../../words.ts'

/** What `migrate` wrote: the engine, each pair with its scale and readers, weights, and what was not carried over. */
export function formatMigrated(file: FileToMigrate, done: MigratedFile): string {
  const { pairs, weights, engine, inFloat, bytes } = done
  const { lost = [] } = engine ?? {}
  const from = 'layers' in file.from ? `the engine of ${file.from.layers}` : `the plan ${file.from.plan}`
  const lines = [
    `${file.out}: explicit as ${from}${file.half ? ', floats in half' : ''}, ${formatValue(bytes, 'bytes')}`,
    ...(engine ? [engineLine(engine)] : []),
    `${countOf(pairs.length, 'Q/DQ pair')}${engine ? ` for ${countOf(engine.reads - lost.length, 'read')}` : ''}:`,
    ...pairs.map(
      ({ tensor, scale, readers }) =>
        `  ${tensor} (scale ${scale.toPrecision(4)}), read by ${readers.join(', ')}`,
    ),
    `INT8 weights of ${countOf(weights.length, 'node')}${weights.length > 0 ? `: ${weights.join(', ')}` : ''}`,
    ...lost.map(
      ({ layer, tensor, reason }) =>
        `not carried over: \`${tensor}\`, which layer \`${layer}\` reads, ${reason}`,
    ),
    ...inFloat.map(({ name, op, reason }) => `in float32: node ${name} (${op}) ${reason}`),
  ]
  return lines.map(visibleText).join('\n')
}

function engineLine({ layers, reads, lost }: NonNullable<MigratedFile['engine']>): string {
  return `engine: ${layers.int8} of ${layers.all} layers read INT8, ${countOf(reads, 'tensor')} in all; ${reads - lost.length} carried over, ${lost.length} not`
}
