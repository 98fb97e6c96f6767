import { messageOf } from '../errors.ts'
import { hashModel } from './hash.ts'
import { loadOnce } from './inspect-engine.ts'
import type { BuildTask } from './task.ts'
import type { Candidate } from './tune.ts'

/** Loads a candidate and reads its optimized graph; a sentence instead where the runtime cannot load it. */
export async function inspectCandidate(
  candidate: Pick<Candidate, 'name' | 'model' | 'choice'>,
  { context, signal }: BuildTask,
): Promise<Candidate | string> {
  try {
    const { sha256 } = await hashModel(candidate.model)
    const { optimized } = await loadOnce(candidate.model, { threads: context.target.threads }, signal)
    return { ...candidate, sha256, optimized }
  } catch (error) {
    signal?.throwIfAborted()
    return `candidate \`${candidate.name}\` was dropped: ${messageOf(error)}`
  }
}
