import { backends } from '../engine/backends.ts'
import { messageOf } from '../errors.ts'
import { hashModel } from './hash.ts'
import type { BuildTask } from './task.ts'
import type { Candidate } from './tune.ts'

/** Loads a candidate and reads its optimized graph; a sentence instead where the runtime cannot load it. */
export async function inspectCandidate(
  candidate: Pick<Candidate, 'name' | 'model' | 'choice'>,
  { context, signal }: BuildTask,
): Promise<Candidate | string> {
  try {
    const { sha256 } = await hashModel(candidate.model)
    const { target } = context
    const { layers } = await backends[target.backend].inspect(candidate.model, target, signal)
    return { ...candidate, sha256, optimized: layers }
  } catch (error) {
    signal?.throwIfAborted()
    return `candidate \`${candidate.name}\` was dropped: ${messageOf(error)}`
  }
}
