import { parseTarget } from '../../backends/parse-target.ts'
import type { BuildSpec } from '../../builder/build-spec.ts'
import { type FileToTune, quantizeTuned } from '../../builder/migration/quantize-tuned.ts'
import { usualTrials } from '../../builder/tuned/search-limits.ts'
import { type MethodName, methods } from '../../calibration/methods.ts'
import { InputError } from '../../errors.ts'
import { visibleText } from '../../visible-text.ts'
import type { CommandContext } from '../command.ts'
import type { Arguments } from '../command-line.ts'
import { type Options, oneOf, seconds, wholeNumber } from '../options.ts'
import { checkWritable } from '../outputs/check-writable.ts'
import { refuseOverwrite } from '../outputs/refuse-overwrite.ts'

/** Options of `quantize` that say where it runs on ONNX Runtime, or what a search decides. */
const notWithTuned = ['exclude', 'include', 'tensorrt-cache', 'threads', 'batch', 'session']

export const tunedArgs = {
  target: {
    type: 'string',
    valueHint: 'backend=tensorrt,...',
    description: 'With --placement tuned: where engines are built and timed, e.g. backend=tensorrt,batch=32',
  },
  builds: {
    type: 'string',
    valueHint: 'number',
    description: `With --placement tuned: how many engines it may build (default: ${usualTrials})`,
  },
} as const satisfies Arguments

interface Data {
  readonly calibration: NonNullable<BuildSpec['calibration']>
  readonly evaluation: NonNullable<BuildSpec['evaluation']> | undefined
}

/** Runs `quantize --placement tuned`. */
export async function runTuned(
  options: Options,
  data: Data,
  { terminal, signal }: CommandContext,
): Promise<0> {
  const file = fileToTune(options, data)
  const { model, out, plan } = file
  for (const [name, path] of Object.entries({ out, plan })) await checkWritable(path, name)
  await refuseOverwrite({ out, plan }, [model, ...options.all('calibration'), ...options.all('evaluation')])
  const words = { signal, onProgress: (line: string) => terminal.progress(line) }
  const { notes } = await quantizeTuned(file, words)
  const lines = [
    `${out}: explicit, placement tuned`,
    `${plan}: its plan`,
    ...notes.map(note => `note: ${note}`),
  ]
  terminal.print(lines.map(visibleText).join('\n'))
  return 0
}

/** What `quantize --placement tuned` is to look for. Throws InputError if options contradict it. */
function fileToTune(options: Options, { calibration, evaluation }: Data): FileToTune {
  const [model] = options.positionals
  const out = options.one('out')
  const target = options.one('target')
  if (model === undefined) throw new InputError('`quantize` takes the float model: name its file')
  if (out === undefined)
    throw new InputError('`--out` is missing: name the file that the explicit model goes to')
  if (target === undefined) {
    throw new InputError(
      '`--placement tuned` builds engines: name where, e.g. `--target backend=tensorrt,batch=32`',
    )
  }
  if (options.one('to') === 'implicit') {
    throw new InputError('`--placement` goes with `--to explicit`: the implicit builder chooses by itself')
  }
  const idle = notWithTuned.find(name => options.all(name).length > 0)
  if (idle) {
    throw new InputError(
      `\`--${idle}\` does not go with \`--placement tuned\`: the search chooses the layers, and \`--target\` says where`,
    )
  }
  const method = oneOf(options, 'method', Object.keys(methods) as MethodName[])
  const seed = wholeNumber(options, 'seed', 0)
  const trials = wholeNumber(options, 'builds', 1)
  const buildTime = seconds(options, 'time')
  const outputError = options.one('output-error')
  const maxAccuracyDrop = options.one('max-accuracy-drop')
  return {
    model,
    calibration,
    ...(evaluation !== undefined && { evaluation }),
    target: parseTarget(target) as NonNullable<BuildSpec['target']>,
    ...(method !== undefined && { method }),
    ...(seed !== undefined && { seed }),
    ...(trials !== undefined && { trials }),
    ...(buildTime !== undefined && { buildTime }),
    ...(outputError !== undefined && { outputError: outputError as NonNullable<FileToTune['outputError']> }),
    ...(maxAccuracyDrop !== undefined && { maxAccuracyDrop }),
    out,
    plan: `${out.replace(/\.onnx$/, '')}.plan.json`,
  }
}

/** Throws InputError if options of a search stand beside something else. */
export function refuseWithoutTuned(options: Options): void {
  const idle = ['builds', 'target'].find(name => options.one(name) !== undefined)
  if (idle) throw new InputError(`\`--${idle}\` goes with \`--placement tuned\`, which builds engines`)
}
