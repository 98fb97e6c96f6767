import { rawTypes } from '../../data/raw/raw-types.ts'
import type { RawType } from '../../data/sample-source.ts'
import { path } from './path.ts'

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
      'An .npy file, relative to the contract, first axis = samples. If the model has several inputs: one file for each, by input name.',
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
    description: 'The input that raw dumps or images are for, if the model has more than one.',
    type: 'string',
    minLength: 1,
    examples: ['image'],
  },
  limit,
} as const

const random = {
  description:
    'Random numbers, for experiments on speed alone; clauses about accuracy are refused. An object gives the sizes of axes that the model leaves open, by their names or as input[axis].',
  type: ['boolean', 'object'],
  additionalProperties: { type: 'integer', minimum: 1 },
  examples: [true, { sequence: 128 }],
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

/** Samples to calibrate with and to measure accuracy on. */
export const data = {
  description: 'Samples to calibrate with and to measure accuracy on.',
  type: 'object',
  properties: {
    calibration: {
      description: 'Unlabelled samples that stand for real input: ranges come from them.',
      type: 'object',
      properties: { ...samples, random },
      oneOf: [...oneSource, { required: ['random'] }],
      dependencies: together,
      additionalProperties: false,
      examples: [{ npz: '../data/calibration.npz', limit: 128 }],
    },
    evaluation: {
      description:
        'Samples that were not calibrated with, with labels, targets or true boxes if clauses need them.',
      type: 'object',
      properties: {
        ...samples,
        npz: { ...npz, examples: ['../data/evaluation.npz'] },
        labels: {
          description:
            'With `npz` the name of the array of labels, one class index per sample, or of targets, floats (default: label, labels, target or targets). Otherwise an .npy file of such an array, a text file with one class index per line, or with `images` the word folders: the class of an image is its folder.',
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
} as const
