import { resolve } from 'node:path'
import { parsePoints } from '../../builder/accuracy/parse-points.ts'
import type { BuildSpec } from '../../builder/build-spec.ts'
import type { FileToQuantize } from '../../builder/quantize-file.ts'
import { defaultMethod } from '../../builder/source/calibrated-ranges.ts'
import { type MethodName, methods } from '../../calibration/methods.ts'
import { loadContract } from '../../contract/file/load-contract.ts'
import { InputError } from '../../errors.ts'
import { type PlacementName, placements } from '../../quantize/placements.ts'
import { type Options, oneOf, seconds, wholeNumber } from '../options.ts'
import { targetOf } from '../target-args.ts'
import { tensorrtVersion } from './tensorrt-version.ts'

/** Options that say something about the model that is written. */
const ofModels = ['evaluation', 'exclude', 'include', 'max-accuracy-drop']

/** What `quantize` is to write. Throws InputError if options are missing, or contradict each other. */
export async function fileToQuantize(options: Options, kind?: 'explicit'): Promise<FileToQuantize> {
  const [model] = options.positionals
  if (model === undefined) throw new InputError('`quantize` takes the float model: name its file')
  const calibration = neededCalibration(options)
  const out = options.one('out')
  const cache = options.one('tensorrt-cache')
  if (out === undefined && cache === undefined) {
    throw new InputError('there is nothing to write: name a file with `--out`, `--tensorrt-cache` or both')
  }
  const idle = ofModels.find(name => out === undefined && options.all(name).length > 0)
  if (idle) throw new InputError(`\`--${idle}\` goes with \`--out\`: a calibration cache has every tensor`)
  if (out !== undefined && resolve(out) === resolve(model)) {
    throw new InputError(`\`--out ${out}\` is the float model itself: name another file`)
  }
  const method = oneOf(options, 'method', Object.keys(methods) as MethodName[])
  const evaluation = options.one('evaluation')
  const seed = wholeNumber(options, 'seed', 0)
  const buildSeconds = seconds(options, 'time')
  return {
    model,
    calibration: await samplesOf(calibration, 'calibration'),
    ...(evaluation !== undefined && { evaluation: await samplesOf(evaluation, 'evaluation') }),
    method: method ?? (cache === undefined ? defaultMethod : 'entropy'),
    variant: variantOf(options, out !== undefined, kind),
    exclude: options.all('exclude'),
    include: options.all('include'),
    outputError: options.one('output-error'),
    target: targetOf(options),
    ...(seed !== undefined && { seed }),
    ...(buildSeconds !== undefined && { buildSeconds }),
    out,
    tensorrtCache: cache === undefined ? undefined : { path: cache, version: tensorrtVersion(options) },
  }
}

/** Files of samples that are read. */
export function dataOptions(options: Options): string[] {
  return ['calibration', 'evaluation'].flatMap(name => options.all(name))
}

/** The samples of a search. */
export async function dataToTune(options: Options) {
  const evaluation = options.one('evaluation')
  return {
    calibration: await samplesOf(neededCalibration(options), 'calibration'),
    evaluation: evaluation === undefined ? undefined : await samplesOf(evaluation, 'evaluation'),
  }
}

function neededCalibration(options: Options): string {
  const calibration = options.one('calibration')
  if (calibration !== undefined) return calibration
  throw new InputError(
    '`--calibration` is missing: name samples, e.g. an .npz file with one array per model input',
  )
}

/** A file of samples, or what a contract names in their place. */
async function samplesOf<Role extends 'calibration' | 'evaluation'>(
  file: string,
  role: Role,
): Promise<NonNullable<BuildSpec[Role]> | string> {
  if (!file.endsWith('.json')) return file
  const samples = (await loadContract(file)).spec[role]
  if (samples === undefined) throw new InputError(`${file}: has no data.${role}`)
  return samples
}

function variantOf(options: Options, writesModel: boolean, kind?: 'explicit'): FileToQuantize['variant'] {
  const to = oneOf(options, 'to', ['implicit', 'explicit']) ?? kind
  const placement = oneOf(options, 'placement', Object.keys(placements) as PlacementName[])
  if (to === undefined && writesModel) throw new InputError('`--to` is missing: say `implicit` or `explicit`')
  const maxAccuracyDrop = options.one('max-accuracy-drop')
  if (to === 'explicit') {
    if (maxAccuracyDrop === undefined) return { to, placement: placement ?? 'onnxruntime' }
    throw new InputError('`--max-accuracy-drop` goes with `--to implicit`: explicit pairs are obeyed')
  }
  if (maxAccuracyDrop !== undefined) parsePoints(maxAccuracyDrop, '`--max-accuracy-drop`')
  if (placement === undefined) return { to: 'implicit', maxAccuracyDrop }
  throw new InputError('`--placement` goes with `--to explicit`: the implicit builder chooses by itself')
}
