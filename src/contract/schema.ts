import type { ExtendedJSONSchema, FromSchema } from 'json-schema-to-ts'
import { pointsPattern } from '../build/accuracy/parse-points.ts'
import { type MethodName, methods } from '../calibration/methods.ts'
import { rawTypes } from '../data/raw-types.ts'
import type { RawType } from '../data/sample-source.ts'
import { type BackendName, backends } from '../engine/backends.ts'
import { providerNames } from '../engine/onnxruntime/providers.ts'
import { defaultTarget } from '../engine/target.ts'
import { type PlacementName, placements } from '../quantize/placements.ts'
import { reservedWords } from './metrics.ts'

const path = { type: 'string', minLength: 1 } as const

const limit = {
  description: 'Take only so many samples, from the start of the file.',
  type: 'integer',
  minimum: 1,
  examples: [128],
} as const

const npz = {
  ...path,
  description:
    'An .npz file, relative to the contract: one array per model input, named as the input, first axis = samples.',
  examples: ['../data/calibration.npz'],
} as const

const files = {
  type: ['string', 'array'],
  minLength: 1,
  items: path,
  minItems: 1,
} as const

const side = { type: ['integer', 'array'], items: { type: 'integer', minimum: 1 }, minimum: 1 } as const

const perChannel = { type: ['number', 'array'], items: { type: 'number' }, minItems: 1 } as const

/** Where samples come from, apart from `labels`: what they are depends on the role of the samples. */
const samples = {
  npz,
  npy: {
    description:
      'An .npy file, relative to the contract, first axis = samples; where the model has several inputs, one by input name.',
    type: ['string', 'object'],
    minLength: 1,
    additionalProperties: path,
    examples: ['../data/calibration.npy'],
  },
  raw: {
    ...files,
    description:
      'Little-endian dumps, relative to the contract: a folder, in the order of the file names, or a list of files. Needs `type` and `shape`.',
    examples: ['../data/frames'],
  },
  type: {
    description: 'Element type of raw dumps.',
    enum: Object.keys(rawTypes) as RawType[],
    examples: ['float32'],
  },
  shape: {
    description: 'Shape of one sample in raw dumps, without the batch axis.',
    type: 'array',
    items: { type: 'integer', minimum: 1 },
    examples: [[3, 224, 224]],
  },
  images: {
    ...files,
    description:
      'Images, decoded by the package `sharp`: a folder with all that is below it, in the order of the paths, or a list of files.',
    examples: ['../data/photos'],
  },
  resize: {
    ...side,
    description: 'Length of the shorter side, or [width, height], bilinear. Default: as they are.',
    examples: [256],
  },
  crop: {
    ...side,
    description:
      'Side of the square that is cut out of the middle, or [width, height]. Default: nothing is cut.',
    examples: [224],
  },
  scale: {
    description: 'value = (pixel * scale - mean) / std, pixels from 0 to 255.',
    type: 'number',
    default: 1,
    examples: [0.00392156862745098],
  },
  mean: {
    ...perChannel,
    description: 'One number for each channel of the model, or one for all.',
    default: 0,
    examples: [[0.485, 0.456, 0.406]],
  },
  std: {
    ...perChannel,
    description: 'One number for each channel of the model, or one for all.',
    default: 1,
    examples: [[0.229, 0.224, 0.225]],
  },
  layout: {
    description: 'Order of the axes that the model takes.',
    enum: ['NCHW', 'NHWC'],
    default: 'NCHW',
    examples: ['NHWC'],
  },
  channels: {
    description: 'Order of the channels that the model takes.',
    enum: ['RGB', 'BGR', 'grey'],
    default: 'RGB',
    examples: ['BGR'],
  },
  input: {
    description: 'The input that raw dumps or images are for, where the model has more than one.',
    type: 'string',
    minLength: 1,
    examples: ['image'],
  },
  limit,
} as const

const oneSource = [
  { required: ['npz'] },
  { required: ['npy'] },
  { required: ['raw'] },
  { required: ['images'] },
] as const

const together = {
  raw: ['type', 'shape'],
  type: ['raw'],
  shape: ['raw'],
  resize: ['images'],
  crop: ['images'],
  scale: ['images'],
  mean: ['images'],
  std: ['images'],
  layout: ['images'],
  channels: ['images'],
} as const

const calibration = {
  description:
    'How the ranges of activations are chosen from the calibration data. With TensorRT the default is entropy.',
  enum: Object.keys(methods) as MethodName[],
  default: 'mse',
  examples: ['entropy'],
} as const

const model = {
  ...path,
  description: 'The fp32 model, relative to the contract.',
  examples: ['../models/resnet8.onnx'],
} as const

const none = {
  description: 'The model as it is.',
  type: 'object',
  properties: {
    quantization: { description: 'No quantization.', const: 'none' },
    model: { ...model, description: 'Another model than that of the contract.' },
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
    cache: {
      ...path,
      description: 'A calibration cache of TensorRT, relative to the contract, instead of a calibration.',
      examples: ['../models/resnet8.cache'],
    },
  },
  required: ['quantization'],
  not: { required: ['calibration', 'cache'] },
  additionalProperties: false,
} as const

const explicit = {
  description: 'Q/DQ pairs, obeyed as they are: either a `model` that has them or a `placement` for them.',
  type: 'object',
  properties: {
    quantization: { description: 'The Q/DQ pairs decide.', const: 'explicit' },
    model: {
      ...model,
      description: 'A model with Q/DQ pairs, relative to the contract.',
      examples: ['../models/resnet8.qdq.onnx'],
    },
    placement: {
      description: "Where pairs are put into the contract's model. Needs calibration data.",
      enum: Object.keys(placements) as PlacementName[],
      examples: ['onnxruntime'],
    },
    calibration,
  },
  required: ['quantization'],
  oneOf: [{ required: ['model'] }, { required: ['placement'] }],
  // The ranges of the user's own model are in it.
  dependencies: { calibration: ['placement'] },
  additionalProperties: false,
} as const

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
    data: {
      description: 'Samples to calibrate with and to measure accuracy on.',
      type: 'object',
      properties: {
        calibration: {
          description: 'Unlabelled samples that stand for real input: ranges come from them.',
          type: 'object',
          properties: samples,
          oneOf: oneSource,
          dependencies: together,
          additionalProperties: false,
          examples: [{ npz: '../data/calibration.npz', limit: 128 }],
        },
        evaluation: {
          description: 'Labelled samples, which were not calibrated with. Clauses about accuracy need them.',
          type: 'object',
          properties: {
            ...samples,
            npz: { ...npz, examples: ['../data/evaluation.npz'] },
            labels: {
              description:
                'With `npz` the name of the array of labels, one class index per sample (default: label or labels). Otherwise a text file with one class index per line, or with `images` the word folders: the class of an image is its folder.',
              type: 'string',
              minLength: 1,
              examples: ['labels'],
            },
            is: {
              description:
                'population: differences of accuracy on this set are what counts, and exact. sample: the set stands for more data, and differences have intervals.',
              enum: ['population', 'sample'],
              default: 'population',
              examples: ['sample'],
            },
          },
          oneOf: oneSource,
          dependencies: together,
          additionalProperties: false,
          examples: [{ npz: '../data/evaluation.npz', labels: 'labels' }],
        },
      },
      additionalProperties: false,
      examples: [{ calibration: { npz: '../data/calibration.npz' } }],
    },
    variants: {
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
      ],
    },
    target: {
      description: 'Where the engines run.',
      type: 'object',
      properties: {
        backend: {
          description: 'What runs them.',
          enum: Object.keys(backends) as BackendName[],
          default: defaultTarget.backend,
          examples: ['onnxruntime'],
        },
        provider: {
          description: 'Execution provider of onnxruntime.',
          enum: providerNames,
          default: defaultTarget.provider,
          examples: ['cpu'],
        },
        threads: {
          description: 'Threads within an operator.',
          type: 'integer',
          minimum: 1,
          default: defaultTarget.threads,
          examples: [1],
        },
        batch: {
          description: 'Samples per inference.',
          type: 'integer',
          minimum: 1,
          default: defaultTarget.batch,
          examples: [1],
        },
        device: {
          description: 'Number of the GPU, with tensorrt.',
          type: 'integer',
          minimum: 0,
          default: 0,
          examples: [0],
        },
        launcher: {
          description:
            'Words that stand before every command on the target: another machine, a container, a queue. With tensorrt.',
          type: 'array',
          items: { type: 'string', minLength: 1, description: 'A word.', examples: ['ssh'] },
          minItems: 1,
          examples: [['ssh', 'jetson']],
        },
        host: {
          description:
            'What runs TensorRT: its Python module, where both engines share a process, or trtexec. Default: python where it is there.',
          enum: ['python', 'trtexec'],
          examples: ['python'],
        },
        trtexec: {
          description: 'Path of trtexec on the target; default: TRTEXEC, the PATH, /usr/src/tensorrt/bin.',
          ...path,
          examples: ['/usr/src/tensorrt/bin/trtexec'],
        },
        python: {
          description: 'Path of a Python on the target that has the module tensorrt; default: python3.',
          ...path,
          examples: ['/opt/venv/bin/python'],
        },
      },
      additionalProperties: false,
      examples: [
        { backend: 'onnxruntime', provider: 'cpu', threads: 1, batch: 1 },
        { backend: 'tensorrt', device: 0, batch: 32 },
      ],
    },
    budget: {
      description: 'Seconds that one clause about speed may measure.',
      type: 'number',
      exclusiveMinimum: 0,
      default: 30,
      examples: [30],
    },
    seed: {
      description: 'Seed of every random choice.',
      type: 'integer',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 1,
      examples: [1],
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
        description: 'A clause, or a clause with the reason for it.',
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
export type ContractFile = FromSchema<typeof contractSchema, { keepDefaultedPropertiesOptional: true }>
