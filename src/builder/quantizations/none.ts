import { resolve } from 'node:path'
import { InputError } from '../../errors.ts'
import { readModel } from '../../onnx/read-model.ts'
import { nameNodes } from '../../quantize/name-nodes.ts'
import { hasQdq } from '../../quantize/qdq/has-qdq.ts'
import { quantizedOperator } from '../../quantize/quantized-operator.ts'
import { hashModel } from '../cache/hash.ts'
import { lowOutputNotes } from '../guard/guard-notes.ts'
import type { OutputErrors } from '../guard/output-errors.ts'
import { openGuard } from '../guard/output-guard.ts'
import { renamedNotes } from '../guard/renamed-notes.ts'
import { findOverflow } from '../overflow/overflow.ts'
import { overflowCheck } from '../overflow/overflow-check.ts'
import { untouchedNotes } from '../overflow/overflow-notes.ts'
import { denormalWeights } from '../source/denormal-weights.ts'
import { brokenWords, refuseBroken } from '../source/refuse-broken.ts'
import type { BuildTask, Built } from '../task.ts'
import type { NoneVariant } from '../variant.ts'

/** The model as it is: also a Q/DQ model, of which it is said where it overflows, but nothing is changed. */
export async function buildNone({ model }: NoneVariant, task: BuildTask): Promise<Built> {
  const path = model === undefined ? task.source.path : resolve(model)
  const proto = await readModel(path)
  if (quantizedOperator(proto)) refuseBroken(proto, path)
  // A float model with a broken weight runs, and is timed as it is.
  const broken = brokenWords(proto)
  const overflows = hasQdq(proto) ? await findOverflow(nameNodes(proto), overflowCheck(task)) : []
  const denormal = denormalWeights(proto, task.context.target)
  const own = model === undefined ? undefined : await ownFile(path, task)
  const outputErrors = own && (await errorsOfOwn(path, task))
  // Another float model may have other answers, and mean them.
  const isInt8 = hasQdq(proto) || quantizedOperator(proto) !== undefined
  return {
    model: { of: model === undefined ? 'contract' : 'variant' },
    ...(outputErrors && { outputErrors }),
    notes: [
      ...(own ? await renamedNotes(own, task) : []),
      ...(broken ? [`${broken}: what comes of it is no number`] : []),
      ...untouchedNotes(overflows),
      ...(denormal ? [denormal.note] : []),
      ...(outputErrors && isInt8 ? lowOutputNotes(outputErrors) : []),
    ],
  }
}

/** A file of the user's that is not the contract's model itself. */
async function ownFile(path: string, task: BuildTask) {
  const { sha256 } = await hashModel(path)
  return sha256 === task.source.sha256 ? undefined : { path, sha256 }
}

/** How far a file of the user is from the contract's model, which `compare` calls `a`. */
async function errorsOfOwn(path: string, task: BuildTask): Promise<OutputErrors | undefined> {
  const guard = await openGuard(task, { decides: false })
  try {
    return await guard?.errorsOf(path)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError(`variant \`${task.variant}\`: ${error.message}`, { cause: error })
  }
}
