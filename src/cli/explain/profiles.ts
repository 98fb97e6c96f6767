import { InputError } from '../../errors.ts'
import { explain } from '../../explain/explain.ts'
import { formatExplanation } from '../../report/explanation/format-explanation.ts'
import type { CommandContext } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import type { Options } from '../options.ts'
import type { Explained } from './explained.ts'
import { trtexecEngines } from './trtexec-engines.ts'

/** Explains two engines that trtexec profiled. */
export async function explainProfiles(options: Options, { terminal }: CommandContext): Promise<Explained> {
  const [a = '', b] = options.positionals
  if (b === undefined) throw new InputError(`\`explain ${a}\` needs a second profile to compare it with`)
  if (options.one('fix') !== undefined) {
    throw new InputError('`--fix` changes ONNX models: there is none to write beside profiles of trtexec')
  }
  const engines = await trtexecEngines(a, b, { layers: options.one('layers'), times: options.one('times') })
  const explanation = explain(...engines)
  terminal.print(formatExplanation(explanation, terminal))
  return { explanation, exitCode: exitCodes.upheld }
}
