import type { ExtendedJSONSchema, FromSchema } from 'json-schema-to-ts'
import type { GivenTarget } from '../backends/backends.ts'
import { precisionPattern } from '../builder/parse-precision.ts'
import { data } from './schema/data.ts'
import { model } from './schema/model.ts'
import { path } from './schema/path.ts'
import { target } from './schema/target.ts'
import { variants } from './schema/variants.ts'

/**
 * What a contract file may say. The one source of it: types, the check at run time and the published
 * `contracts/contract.schema.json` come from here. Draft 07, which every editor understands.
 */
export const contractSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'quantract contract',
  description: 'What a team expects of the INT8 variants of an ONNX model.',
  type: 'object',
  properties: {
    $schema: {
      description: 'This schema, so that editors complete and check the contract.',
      type: 'string',
      examples: ['./contract.schema.json'],
    },
    title: {
      description: 'Name of the contract in reports.',
      type: 'string',
      minLength: 1,
      examples: ['ResNet-8, CIFAR-10'],
    },
    description: {
      description: 'For readers of the contract; it decides nothing.',
      type: 'string',
      examples: ['Runs on the gate cameras, 30 frames a second.'],
    },
    model,
    data,
    variants,
    target,
    metrics: {
      ...path,
      description:
        'A module of yours, relative to the contract, .ts or .js. It exports `metrics`, a score per sample by the name that clauses use, or `decode`, which reads detections out of the outputs, or both.',
      examples: ['./metrics.ts'],
    },
    budget: {
      description: 'Seconds that one clause about speed may measure.',
      type: 'number',
      exclusiveMinimum: 0,
      default: 30,
      examples: [30],
    },
    precision: {
      description:
        'How near the interval of a ratio of speeds gets to its value: comparisons go on past their verdict until it does, or `budget` is spent. Without it they stop with the verdict.',
      type: 'string',
      pattern: precisionPattern,
      examples: ['1%'],
    },
    pace: {
      description:
        'What counts where speeds are measured: `full` takes what ran at the full pace of the machine, as probes between the inferences show it, and is inconclusive if that is too little; `any` takes everything and tells the ratio at either pace.',
      type: 'string',
      enum: ['full', 'any'],
      default: 'full',
      examples: ['any'],
    },
    buildTime: {
      description:
        'Seconds that building an implicit variant may take; at their end the best plan so far is the answer.',
      type: 'number',
      exclusiveMinimum: 0,
      default: 120,
      examples: [120],
    },
    seed: {
      description: 'Seed of every random choice.',
      type: 'integer',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 1,
      examples: [1],
    },
    tolerance: {
      description:
        'Slack of `>=` and `<=` between the speeds of two engines where a clause names none; without it 1%.',
      type: 'string',
      pattern: precisionPattern,
      examples: ['2%'],
    },
    alpha: {
      description:
        'Probability that a clause is called violated although it holds, where there is no `errorBudget`.',
      type: 'number',
      exclusiveMinimum: 0,
      exclusiveMaximum: 0.5,
      default: 0.01,
      examples: [0.001],
    },
    onInconclusive: {
      description: 'What happens to a clause that the samples do not decide.',
      enum: ['fail', 'warn'],
      default: 'fail',
      examples: ['warn'],
    },
    errorBudget: {
      description:
        'Probability that any clause is called violated although it holds, shared among the clauses by the rule of Holm; without it each clause has 0.01.',
      type: 'number',
      exclusiveMinimum: 0,
      exclusiveMaximum: 0.5,
      examples: [0.01],
    },
    clauses: {
      description: 'What is expected: `<quantity> <comparison> <bound> [within <tolerance>]` each.',
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: {
        description: 'A clause, or a clause with the reason for it and its own precision.',
        type: ['string', 'object'],
        properties: {
          that: {
            description: 'The clause.',
            type: 'string',
            examples: ['accuracy gap < 0.5%', 'implicit p99 latency <= 12 ms'],
          },
          because: {
            description: 'Why it is expected; reports show it.',
            type: 'string',
            examples: ['the product team signed off half a point'],
          },
          precision: {
            description: "The `precision` of this clause, where it is another than the contract's.",
            type: 'string',
            pattern: precisionPattern,
            examples: ['1%'],
          },
        },
        required: ['that'],
        additionalProperties: false,
        examples: ['implicit fps >= explicit fps', 'explicit size <= 30% of fp32 size'],
      },
      examples: [['implicit fps >= explicit fps', 'accuracy gap < 0.5%']],
    },
  },
  required: ['title', 'model', 'variants', 'clauses'],
  additionalProperties: false,
} as const satisfies ExtendedJSONSchema<{ discriminator: { propertyName: string } }>

/** The content of a contract file. */
export type ContractFile = Omit<
  FromSchema<TypedSchema, { keepDefaultedPropertiesOptional: true }>,
  'target'
> & {
  readonly target?: GivenTarget
}

/** The words of a target come from the backends at run time: the compiler has them from their types. */
type TypedSchema = Omit<typeof contractSchema, 'properties'> & {
  readonly properties: Omit<(typeof contractSchema)['properties'], 'target'> & { readonly target: true }
}
