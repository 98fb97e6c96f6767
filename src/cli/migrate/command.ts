import { type FileToMigrate, migrateFile } from '../../builder/migration/migrate-file.ts'
import { InputError } from '../../errors.ts'
import type { Command } from '../command.ts'
import type { Options } from '../options.ts'
import { checkWritable } from '../outputs/check-writable.ts'
import { refuseOverwrite } from '../outputs/refuse-overwrite.ts'
import { formatMigrated } from './format-migrated.ts'

export const migrate: Command = {
  name: 'migrate',
  description: 'Take an implicit engine of TensorRT along as an explicit model, e.g. to TensorRT 11',
  takes: 'one model',
  args: {
    model: {
      type: 'positional',
      required: false,
      description: 'The float ONNX model that the engine was built from',
    },
    engine: {
      type: 'string',
      valueHint: 'layers.json',
      description:
        'Layer information of the implicit engine, in detail: built with --profilingVerbosity=detailed, then `trtexec --loadEngine=model.engine --exportLayerInfo=layers.json`',
    },
    plan: {
      type: 'string',
      valueHint: 'explicit.plan.json',
      description: 'Instead of an engine: a plan that placement `tuned` found, or that you have changed',
    },
    'calibration-cache': {
      type: 'string',
      valueHint: 'model.cache',
      description: 'The calibration cache that it was built with, which has the scales',
    },
    out: {
      type: 'string',
      short: 'o',
      valueHint: 'file.onnx',
      description: 'Write the explicit model to this file',
    },
    half: {
      type: 'boolean',
      description:
        'Write what is not INT8 in float16: strongly typed builds, the only ones from TensorRT 11 on, take the types of the file',
    },
  },
  examples: [
    'quantract migrate model.onnx --engine implicit.layers.json --calibration-cache model.cache -o model.qdq.onnx',
    'quantract migrate model.onnx --engine implicit.layers.json --calibration-cache model.cache --half -o model.half.qdq.onnx',
    'quantract migrate model.onnx --plan explicit.plan.json --calibration-cache model.cache -o model.tuned.onnx',
  ],
  exitCodes: {
    0: 'the explicit model was written',
    3: 'nothing was: bad input, or files that do not belong together',
  },
  async run(options, { terminal, signal }) {
    const file = fileToMigrate(options)
    await checkWritable(file.out, 'out')
    await refuseOverwrite({ out: file.out }, [file.model, ...Object.values(file.from), file.cache])
    terminal.print(formatMigrated(file, await migrateFile(file, signal)))
    return 0
  },
}

function fileToMigrate(options: Options): FileToMigrate {
  const [model] = options.positionals
  if (model === undefined) throw new InputError('`migrate` takes the float model: name its file')
  const needed = (name: string, what: string): string => {
    const value = options.one(name)
    if (value === undefined) throw new InputError(`\`--${name}\` is missing: name ${what}`)
    return value
  }
  return {
    model,
    from: pairsOf(options),
    cache: needed('calibration-cache', 'the calibration cache that the engine was built with'),
    out: needed('out', 'the file that the explicit model goes to'),
    half: options.flag('half'),
  }
}

function pairsOf(options: Options): FileToMigrate['from'] {
  const [layers, plan] = [options.one('engine'), options.one('plan')]
  if (layers !== undefined && plan !== undefined) throw new InputError('keep one of `--engine` and `--plan`')
  if (plan !== undefined && options.flag('half')) {
    throw new InputError('`--half` goes with `--engine`: a plan says itself whether floats are in half')
  }
  if (layers !== undefined) return { layers }
  if (plan !== undefined) return { plan }
  throw new InputError(
    "`--engine` is missing: name the engine's layer information, as `--exportLayerInfo` of trtexec writes it",
  )
}
