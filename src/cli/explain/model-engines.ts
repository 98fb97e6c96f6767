import { basename } from 'node:path'
import { buildEngines } from '../../builder/build-engines.ts'
import type { Engine } from '../../builder/engine.ts'
import { commonTarget } from '../../builder/target-of-variant.ts'
import { loadContract } from '../../contract/file/load-contract.ts'
import { InputError } from '../../errors.ts'
import { type Explainer, explainerOf } from '../../explain/explainers.ts'
import { type CompareSettings, compareContract } from '../compare-contract.ts'
import type { Options } from '../options.ts'
import { targetArgs, targetOf } from '../target-args.ts'

/**
 * Builds the two engines that `explain` compares: two ONNX files as they are, or two variants of a contract.
 *
 * @throws InputError if there are not two.
 */
export async function modelEngines(
  options: Options,
  build: { readonly signal: AbortSignal; readonly onProgress: (line: string) => void },
): Promise<[Engine, Engine]> {
  const files = options.positionals
  const [first = '', second] = files
  if (first.endsWith('.contract.json')) {
    if (second !== undefined) throw new InputError('`explain` takes one contract, or two ONNX files')
    const word = [...Object.keys(targetArgs), 'calibration', 'evaluation'].find(
      name => options.all(name).length > 0,
    )
    if (word !== undefined) {
      throw new InputError(`\`--${word}\` is for ONNX files: a contract says that itself`)
    }
    const { spec } = await loadContract(first)
    const names = chosenVariants(Object.keys(spec.variants), options.one('variants'))
    const target = commonTarget(spec, names)
    if (!target) {
      throw apart(first, names)
    }
    const explainer = explainerOf(target)
    if (!explainer) {
      throw new InputError(
        `${first}: \`explain\` profiles layers on the CPU and with TensorRT: name a contract for onnxruntime/cpu, openvino or tensorrt, or files of trtexec`,
      )
    }
    refuseWhatNeedsOnnx(explainer, target.backend, options)
    const built = await buildEngines(spec, build)
    const [a, b] = [built[names[0]]!, built[names[1]]!]
    // With `engines` the build decides where a variant runs.
    if (JSON.stringify(a.context.target) !== JSON.stringify(b.context.target)) throw apart(first, names)
    return [a, b]
  }
  if (second === undefined) throw new InputError(`\`explain ${first}\` needs a second ONNX file`)
  const settings: CompareSettings = {
    clauses: [],
    calibration: options.one('calibration'),
    evaluation: options.one('evaluation'),
    target: targetOf(options),
    budgetSeconds: undefined,
    precision: undefined,
    pace: undefined,
    seed: undefined,
    // There are no clauses.
    onInconclusive: 'fail',
  }
  const { spec } = compareContract(first, second, settings)
  const { a, b } = await buildEngines(spec, build)
  const [nameA, nameB] = basename(first) === basename(second) ? files : files.map(file => basename(file))
  return [
    { ...a!, variant: nameA! },
    { ...b!, variant: nameB! },
  ]
}

function apart(contract: string, [a, b]: readonly [string, string]): InputError {
  return new InputError(
    `${contract}: \`${a}\` and \`${b}\` run on different targets: \`explain\` compares layers of one, so name two that run on the same with \`--variants\``,
  )
}

/** Before minutes of building. */
function refuseWhatNeedsOnnx({ changesModels }: Explainer, backend: string, options: Options): void {
  if (changesModels) return
  for (const name of ['fix', 'accuracy']) {
    if (!options.flag(name)) continue
    throw new InputError(
      `\`--${name}\` runs changed ONNX files with onnxruntime: leave it out with ${backend}`,
    )
  }
}

function chosenVariants(names: readonly string[], wanted: string | undefined): [string, string] {
  const usual = names.includes('implicit') && names.includes('explicit') ? ['implicit', 'explicit'] : names
  const chosen = wanted === undefined ? usual.slice(0, 2) : wanted.split(',')
  const [one, two, ...more] = chosen
  const unknown = chosen.find(name => !names.includes(name))
  if (unknown !== undefined || one === undefined || two === undefined || more.length > 0) {
    throw new InputError(
      `\`--variants ${wanted ?? ''}\`: name two of the contract's variants with a comma between: ${names.join(', ')}`,
    )
  }
  return [one, two]
}
