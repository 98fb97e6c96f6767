import { backendOf } from '../../backends/backends.ts'
import { describeFallback, fallbackOf } from '../../engine/fallback.ts'
import { messageOf } from '../../errors.ts'
import type { BuildTask } from '../task.ts'
import type { Candidate } from './tune.ts'

/**
 * Candidates that the target runs on its device alone, and a sentence about each of the others. The model as it is stays
 * one wherever it runs, so that there is always one to choose.
 */
export async function withoutFallback(
  candidates: readonly Candidate[],
  { context: { target }, signal }: Pick<BuildTask, 'context' | 'signal'>,
): Promise<{ readonly candidates: readonly Candidate[]; readonly notes: readonly string[] }> {
  const backend = backendOf(target)
  if (backend.runsOnnxruntimeKernels?.(target)) return { candidates, notes: [] }
  const kept: Candidate[] = []
  const notes: string[] = []
  for (const candidate of candidates) {
    const reason = candidate.choice.of === 'contract' ? undefined : await reasonAgainst(candidate)
    if (reason === undefined) kept.push(candidate)
    else notes.push(`candidate \`${candidate.name}\` was dropped: ${reason}`)
  }
  return { candidates: kept, notes }

  async function reasonAgainst({ model }: Candidate): Promise<string | undefined> {
    try {
      const { layers } = await backend.inspect(model, target, signal)
      const fallback = fallbackOf(layers)
      return fallback && describeFallback(fallback)
    } catch (error) {
      signal?.throwIfAborted()
      return messageOf(error)
    }
  }
}
