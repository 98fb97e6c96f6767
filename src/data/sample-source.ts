import type { NdArray } from './ndarray.ts'

/** Where samples come from: files in one of four forms, or a function of the caller. */
export type SampleSource = FileSource | SampleFunction

export type FileSource = NpzSource | NpySource | RawSource | ImageSource

/** Random numbers, for experiments on speed alone: clauses about the accuracy of what was calibrated so are refused. */
export interface RandomSource {
  /** Sizes of axes that the model leaves open, by their names, or as `input[axis]`; `true` if there are none. */
  readonly random: true | Readonly<Record<string, number>>
}

interface Limited {
  /** Take only so many samples, from the start. */
  readonly limit?: number
}

/** An `.npz` file: one array per model input, named as the input, first axis = samples; labels or targets are one more array. */
export interface NpzSource extends Limited {
  readonly npz: string
  /**
   * Name of the array of labels, one class index per sample, or of targets, an array of floats per sample; `label`,
   * `labels`, `target` or `targets` where it is not said.
   */
  readonly labels?: string
}

interface Labelled extends Limited {
  /** A text file with one class index per line, or an `.npy` file as the array of an `.npz` file, in the order of the samples. */
  readonly labels?: string
}

/** `.npy` files, first axis = samples: one for a model with one input, otherwise one by input name. */
export interface NpySource extends Labelled {
  readonly npy: string | Readonly<Record<string, string>>
}

/** Little-endian dumps of one input: a folder, in the order of the file names, or a list of files. */
export interface RawSource extends Labelled {
  readonly raw: string | readonly string[]
  readonly type: RawType
  /** Of one sample, without the batch axis. A file holds one sample, or several one after the other. */
  readonly shape: readonly number[]
  /** The input that they are for, where the model has more than one. */
  readonly input?: string
}

export type RawType =
  | 'float16'
  | 'float32'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'

/** Image files of one input, decoded by `sharp`: a folder with all that is below it, in the order of the paths, or a list. */
export interface ImageSource extends Limited {
  readonly images: string | readonly string[]
  /** `folders`: the name of an image's folder is its class, in the order of the names; or a file as of other sources. */
  readonly labels?: string
  /** Shorter side, or [width, height], bilinear; as large as they are if it is not said. */
  readonly resize?: number | readonly number[]
  /** Side of the square, or [width, height], that is cut out of the middle. */
  readonly crop?: number | readonly number[]
  /** value = (pixel * scale - mean) / std, pixels from 0 to 255. Default: scale 1, mean 0, std 1. */
  readonly scale?: number
  /** For each channel, or one number for all. */
  readonly mean?: number | readonly number[]
  readonly std?: number | readonly number[]
  /** Default: NCHW. */
  readonly layout?: 'NCHW' | 'NHWC'
  /** Default: RGB. */
  readonly channels?: 'RGB' | 'BGR' | 'grey'
  /** The input that they are for, where the model has more than one. */
  readonly input?: string
}

/** Gives the samples anew each time it is called: arrays of shape [1, ...] by input name. */
export type SampleFunction = () =>
  | AsyncIterable<Readonly<Record<string, NdArray>>>
  | Iterable<Readonly<Record<string, NdArray>>>

/** What samples must know of a model's input. */
export interface ModelInput {
  readonly name: string
  readonly type: string
}
