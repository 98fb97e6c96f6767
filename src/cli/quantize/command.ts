import { quantizeByPlan } from '../../builder/migration/quantize-by-plan.ts'
import { quantizeFile } from '../../builder/quantize-file.ts'
import { defaultMethod } from '../../builder/source/calibrated-ranges.ts'
import { methods } from '../../calibration/methods.ts'
import { InputError } from '../../errors.ts'
import { readModel } from '../../onnx/read-model.ts'
import { namePlacement } from '../../quantize/name-placement.ts'
import { placements } from '../../quantize/placements.ts'
import { hasQdq } from '../../quantize/qdq/has-qdq.ts'
import type { Command } from '../command.ts'
import { formatMigrated } from '../migrate/format-migrated.ts'
import { checkWritable } from '../outputs/check-writable.ts'
import { refuseOverwrite } from '../outputs/refuse-overwrite.ts'
import { targetArgs } from '../target-args.ts'
import { dataOptions, dataToTune, fileToQuantize } from './file-to-quantize.ts'
import { formatPlacements } from './format-placements.ts'
import { formatQuantized } from './format-quantized.ts'
import { refuseWithPlan } from './refuse-with-plan.ts'
import { refuseWithoutTuned, runTuned, tunedArgs } from './tuned.ts'

export const quantize: Command = {
  name: 'quantize',
  description: 'Write the INT8 form of a model, or a calibration cache for TensorRT',
  takes: 'one model',
  args: {
    model: { type: 'positional', required: false, description: 'The float ONNX model' },
    to: {
      type: 'string',
      valueHint: 'implicit|explicit',
      description:
        '`implicit`: each layer in INT8 or float, whichever is faster here; `explicit`: INT8 wherever a placement has Q/DQ pairs',
    },
    calibration: {
      type: 'string',
      valueHint: 'data|random',
      description:
        'Samples: an .npz or .npy file, or a contract whose data.calibration it is (raw dumps, images); `random` is for experiments on speed alone',
    },
    method: {
      type: 'string',
      valueHint: Object.keys(methods).join('|'),
      description: `How ranges are chosen (default: ${defaultMethod}; entropy with --tensorrt-cache)`,
    },
    placement: {
      type: 'string',
      valueHint: 'name',
      description: `Where Q/DQ pairs go with --to explicit: ${Object.keys(placements).join(', ')} (default: onnxruntime); \`tuned\` looks for the fastest on a GPU with TensorRT`,
    },
    plan: {
      type: 'string',
      valueHint: 'explicit.plan.json',
      description:
        'With --to explicit, instead of a placement: Q/DQ pairs of a plan that `tuned` found on a GPU, or that you have changed',
    },
    out: {
      type: 'string',
      short: 'o',
      valueHint: 'file.onnx',
      description: 'Write the INT8 model to this file',
    },
    'tensorrt-cache': {
      type: 'string',
      valueHint: 'file',
      description: 'Write a calibration cache, from which TensorRT up to 10.x builds an implicit engine',
    },
    'tensorrt-version': {
      type: 'string',
      valueHint: 'x.y.z',
      description:
        'Version of the TensorRT that will read the cache: it rejects those of other versions (default: 10.6.0)',
    },
    evaluation: {
      type: 'string',
      valueHint: 'file.npz',
      description:
        'Labelled samples to measure accuracy on: an .npz file with `labels`, or a contract whose data.evaluation it is',
    },
    'max-accuracy-drop': {
      type: 'string',
      valueHint: 'points',
      description:
        'With --to implicit: points of accuracy that INT8 may cost, e.g. 0.5%; layers go back to float until that holds',
    },
    exclude: {
      type: 'string',
      valueHint: 'nodes|operator',
      description:
        "Leave in float, repeatable: the type of an operator (Softmax), or a node's name, in which * and ? stand for any and one character",
    },
    include: {
      type: 'string',
      valueHint: 'nodes|operator',
      description: 'Quantize only these, repeatable: as --exclude, which comes first',
    },
    time: {
      type: 'string',
      valueHint: 'seconds',
      description: 'Time for building: at its end the best so far is written (default: 120)',
    },
    'output-error': {
      type: 'string',
      valueHint: 'decibels|none',
      description:
        'Layers go back to float until every output is as near to float as this, e.g. `20 dB` (default: 15 dB; `none` turns it off)',
    },
    ...tunedArgs,
    ...targetArgs,
    seed: { type: 'string', valueHint: 'number', description: 'Seed of every random choice (default: 1)' },
    'placement-of': {
      type: 'string',
      valueHint: 'model.qdq.onnx',
      description: 'Instead: say which placement the Q/DQ pairs of this model follow',
    },
  },
  examples: [
    'quantract quantize model.onnx --to explicit --calibration calibration.npz -o model.int8.onnx',
    'quantract quantize model.onnx --to explicit --placement nncf --calibration calibration.npz -o model.openvino.onnx',
    'quantract quantize model.onnx --to implicit --method entropy --calibration calibration.npz -o model.int8.onnx',
    "quantract quantize model.onnx --to explicit --exclude '*/attention/*' --exclude Softmax --calibration calibration.npz -o model.int8.onnx",
    'quantract quantize model.onnx --to implicit --calibration calibration.npz --evaluation labelled.npz --max-accuracy-drop 0.5% -o model.int8.onnx',
    'quantract quantize model.onnx --calibration calibration.npz --tensorrt-cache model.cache',
    'quantract quantize model.onnx --plan explicit.plan.json --calibration calibration.npz -o model.tuned.onnx',
    'quantract quantize model.onnx --placement tuned --target backend=tensorrt,batch=32 --builds 12 --calibration calibration.npz -o model.tuned.onnx',
    'quantract quantize --placement-of model.qdq.onnx',
  ],
  exitCodes: {
    0: 'everything was written',
    3: 'nothing was: bad input, a missing file',
  },
  async run(options, { terminal, signal }) {
    const finished = options.one('placement-of')
    if (finished !== undefined) {
      const model = await readModel(finished)
      if (!hasQdq(model)) {
        throw new InputError(
          `${finished} has no QuantizeLinear or DequantizeLinear nodes, so it has no placement`,
        )
      }
      terminal.print(formatPlacements(finished, namePlacement(model)))
      return 0
    }
    if (options.one('placement') === 'tuned' && options.one('plan') === undefined) {
      return runTuned(options, await dataToTune(options), { terminal, signal })
    }
    refuseWithoutTuned(options)
    const plan = options.one('plan')
    if (plan !== undefined) {
      refuseWithPlan(options)
      const file = await fileToQuantize(options, 'explicit')
      const { model } = file
      const out = file.out!
      await checkWritable(out, 'out')
      await refuseOverwrite({ out }, [model, plan, ...options.all('calibration')])
      const words = { ...file, plan, out }
      const done = await quantizeByPlan(words, { signal, onProgress: line => terminal.progress(line) })
      terminal.print(formatMigrated({ model, from: { plan }, cache: '', out }, done))
      return 0
    }
    const file = await fileToQuantize(options)
    if (file.out !== undefined) await checkWritable(file.out, 'out')
    if (file.tensorrtCache) await checkWritable(file.tensorrtCache.path, 'tensorrt-cache')
    const read = [file.model, ...dataOptions(options)]
    await refuseOverwrite({ out: file.out, 'tensorrt-cache': file.tensorrtCache?.path }, read)
    const done = await quantizeFile(file, { signal, onProgress: line => terminal.progress(line) })
    terminal.print(formatQuantized(file, done))
    return 0
  },
}
