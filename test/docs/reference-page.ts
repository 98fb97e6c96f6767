import { methods } from '../../src/calibration/methods.ts'
import type { Metric } from '../../src/contract/metrics/metric.ts'
import { metrics } from '../../src/contract/metrics.ts'
import { contractSchema } from '../../src/contract/schema.ts'
import { placements } from '../../src/quantize/placements.ts'
import { type Schema, schemaSections, table } from './schema-sections.ts'

/** docs/reference.md: everything that a contract may say, from the schema and the lists that the code uses. */
export function referencePage(): string {
  return `${[
    '# Reference of contracts',
    '<!-- Written by `npx vitest run test/docs -u` from src/contract/schema.ts and the lists of the code: change those. -->',
    'Every property, placement, calibration method and metric. [contracts.md](contracts.md) explains how they are used. Values, defaults and examples are JSON. A property that is not listed is refused. Paths are relative to the contract file.',
    ...schemaSections('The file', contractSchema as Schema),
    '## Placements',
    'Where `"placement"` of an explicit variant puts Q/DQ pairs.',
    table(
      ['placement', 'whom it serves, and what it quantizes', 'activations', 'weights'],
      Object.entries(placements).map(([name, { description, activations, weights }]) => [
        `\`${name}\``,
        description,
        activations,
        weights === 'float' ? 'float, each with a pair' : weights,
      ]),
    ),
    '## Calibration methods',
    'How `"calibration"` of a variant chooses the range of an activation.',
    table(
      ['method', 'range'],
      Object.entries(methods).map(([name, { summary }]) => [`\`${name}\``, summary]),
    ),
    '## Metrics',
    "What a clause can ask about: `A metric`, and where the table says so `A metric to B`. A gap also stands alone. `of 'output'` names one of the model's outputs.",
    table(
      ['metric', 'followed by', 'units', 'better'],
      metrics.map(({ name, kind, better, reference, ofOutput }: Metric) => [
        `\`${name}\``,
        [...(reference ? ['`to B`'] : []), ...(ofOutput ? ["`of 'output'`"] : [])].join(', '),
        Object.keys(kind.units)
          .map(unit => `\`${unit}\``)
          .join(', '),
        better,
      ]),
    ),
  ].join('\n\n')}\n`
}
