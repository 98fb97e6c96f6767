import { type BackendName, backends } from '../../backends/backends.ts'
import { pointsPattern } from '../../builder/accuracy/parse-points.ts'
import { decibelsPattern, defaultDecibels } from '../../builder/guard/output-bound.ts'
import { usualSearchSeconds, usualTrials } from '../../builder/tuned/search-limits.ts'
import { type MethodName, methods } from '../../calibration/methods.ts'
import { type PlacementName, placements } from '../../quantize/placements.ts'
import { reservedWords } from '../metrics.ts'
import { model } from './model.ts'
import { path } from './path.ts'

const calibration = {
  description:
    'How the ranges of activations are chosen from the calibration data. With TensorRT the default is entropy.',
  enum: Object.keys(methods) as MethodName[],
  default: 'mse',
  examples: ['entropy'],
} as const

const outputError = {
  description:
    'Signal to quantization noise that every output has to have against the float model, on calibration samples that are held back, and on others if that takes seconds. Layers go back to float until it holds; with `none` they do not. Placement `tuned` takes no plan that misses it. With `maxAccuracyDrop` and labels, that decides.',
  type: 'string',
  pattern: decibelsPattern,
  default: `${defaultDecibels} dB`,
  examples: ['20 dB', 'none'],
} as const

const nodes = {
  type: 'object',
  properties: {
    nodes: {
      description: 'Names of nodes in the model of the contract; `*` stands for any characters, `?` for one.',
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      examples: [['*/attention/*']],
    },
    operators: {
      description: 'Types of operators that occur in the model of the contract.',
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      examples: [['Softmax']],
    },
  },
  minProperties: 1,
  additionalProperties: false,
} as const

const exclude = {
  ...nodes,
  description: 'Nodes that stay in float, also if `include` has them.',
  examples: [{ nodes: ['*/attention/*'], operators: ['Softmax'] }],
} as const

const include = {
  ...nodes,
  description: 'Only these nodes are quantized.',
  examples: [{ operators: ['Conv'] }],
} as const

const target = {
  description:
    'Where this variant runs, if that is not where the others do: in the words of its backend. Threads and batch are those of the contract.',
  type: 'object',
  properties: {
    backend: {
      description: 'What runs the engine; default: what runs the others.',
      enum: Object.keys(backends) as BackendName[],
      examples: ['openvino'],
    },
  },
  examples: [{ backend: 'openvino' }],
} as const

const none = {
  description: 'The model as it is.',
  type: 'object',
  properties: {
    quantization: { description: 'No quantization.', const: 'none' },
    model: {
      ...model,
      description:
        'Another model than that of the contract, relative to it; or one of another commit, git:<revision>:<path from the root of the repository>.',
      examples: ['git:origin/main:models/resnet8.onnx'],
    },
    target,
  },
  required: ['quantization'],
  additionalProperties: false,
} as const

const implicit = {
  description: 'The builder gives each layer INT8 or float, whichever is faster. Needs calibration data.',
  type: 'object',
  properties: {
    quantization: { description: 'The builder chooses, layer by layer.', const: 'implicit' },
    calibration,
    maxAccuracyDrop: {
      description:
        'Percentage points of accuracy that INT8 may cost against fp32 on the evaluation data; layers go back to float until it holds.',
      type: 'string',
      pattern: pointsPattern,
      examples: ['0.5%'],
    },
    outputError,
    exclude,
    include,
    engines: {
      description:
        'What it may run on, by backend or target: the fastest of the best plans on each is the engine. They share the time for the build.',
      type: 'array',
      items: {
        description: 'A backend, or a target.',
        type: ['string', 'object'],
        examples: ['openvino'],
      },
      minItems: 1,
      examples: [['onnxruntime', 'openvino']],
    },
    buildTime: {
      description: 'Seconds that the build may take, instead of `buildTime` of the contract.',
      type: 'number',
      exclusiveMinimum: 0,
      examples: [60],
    },
    cache: {
      ...path,
      description: 'A calibration cache of TensorRT, relative to the contract, instead of a calibration.',
      examples: ['../models/resnet8.cache'],
    },
    target,
  },
  required: ['quantization'],
  not: { required: ['calibration', 'cache'] },
  additionalProperties: false,
} as const

const explicit = {
  description:
    'Q/DQ pairs, obeyed as they are: a `model` that has them, a `placement` for them, or those `like` an implicit engine.',
  type: 'object',
  properties: {
    quantization: { description: 'The Q/DQ pairs decide.', const: 'explicit' },
    model: {
      ...model,
      description:
        'A model with Q/DQ pairs, relative to the contract; or one of another commit, git:<revision>:<path from the root of the repository>.',
      examples: ['../models/resnet8.qdq.onnx', 'git:origin/main:models/resnet8.qdq.onnx'],
    },
    placement: {
      description:
        "Where pairs are put into the contract's model. Needs calibration data. With TensorRT, `tuned` looks for the fastest pairs by building and timing.",
      enum: [...(Object.keys(placements) as PlacementName[]), 'tuned' as const],
      examples: ['onnxruntime'],
    },
    trials: {
      description: 'Engines that placement `tuned` may build to find its pairs.',
      type: 'integer',
      minimum: 3,
      default: usualTrials,
      examples: [24],
    },
    buildTime: {
      description: 'Seconds that placement `tuned` may take to find its pairs.',
      type: 'number',
      exclusiveMinimum: 0,
      default: usualSearchSeconds,
      examples: [600],
    },
    maxAccuracyDrop: {
      description:
        'Percentage points of accuracy that the plan of placement `tuned` may cost against fp32 on the evaluation data.',
      type: 'string',
      pattern: pointsPattern,
      examples: ['0.5%'],
    },
    like: {
      description:
        "An implicit engine of TensorRT, whose INT8 layers become Q/DQ pairs in the contract's model: what `quantract migrate` writes.",
      type: 'object',
      properties: {
        layers: {
          ...path,
          description: 'Its layer information, in detail (`--exportLayerInfo` of trtexec).',
          examples: ['../models/resnet8.layers.json'],
        },
        cache: {
          ...path,
          description: 'The calibration cache that it was built with.',
          examples: ['../models/resnet8.cache'],
        },
        half: {
          description: 'What is not INT8 becomes float16: for strongly typed builds.',
          type: 'boolean',
          default: false,
          examples: [true],
        },
      },
      required: ['layers', 'cache'],
      additionalProperties: false,
      examples: [{ layers: '../models/resnet8.layers.json', cache: '../models/resnet8.cache' }],
    },
    calibration,
    outputError,
    exclude,
    include,
    target,
  },
  required: ['quantization'],
  oneOf: [{ required: ['model'] }, { required: ['placement'] }, { required: ['like'] }],
  // The user's own model has its ranges and pairs.
  dependencies: {
    calibration: ['placement'],
    trials: ['placement'],
    buildTime: ['placement'],
    maxAccuracyDrop: ['placement'],
    outputError: ['placement'],
    exclude: ['placement'],
    include: ['placement'],
  },
  additionalProperties: false,
} as const

/** The engines of a contract. */
export const variants = {
  description: 'The engines that are built, by the names that clauses use.',
  type: 'object',
  minProperties: 1,
  propertyNames: { pattern: '^(?=.*[A-Za-z])[A-Za-z0-9][\\w.+-]*$', not: { enum: [...reservedWords] } },
  additionalProperties: {
    description: 'The recipe for one engine.',
    type: 'object',
    discriminator: { propertyName: 'quantization' },
    required: ['quantization'],
    oneOf: [none, implicit, explicit],
  },
  examples: [
    {
      fp32: { quantization: 'none' },
      implicit: { quantization: 'implicit', calibration: 'entropy' },
      explicit: { quantization: 'explicit', model: '../models/resnet8.qdq.onnx' },
    },
    { fp32: { quantization: 'none' } },
  ],
} as const
