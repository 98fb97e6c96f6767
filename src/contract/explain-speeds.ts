import type { BuildSpec } from '../builder/build-spec.ts'
import type { Engines } from '../builder/engine.ts'
import { timedFeeds } from '../builder/timed-feeds.ts'
import { type ExplanationRecord, explanationRecord } from '../explain/explanation-record.ts'
import type { Clause } from './clause/clause.ts'
import { whatExplains } from './what-explains.ts'

/** As `quantract explain` takes; a contract that gives clauses less gives less to this. */
const usualSeconds = 8

/**
 * Profiles the engines whose speeds clauses compare, each two once, and says where their time goes, layer by layer. What
 * cannot be profiled is left out.
 *
 * @param onProgress receives one line that says what is going on
 */
export async function explainSpeeds(
  clauses: readonly Clause[],
  spec: Pick<BuildSpec, 'target' | 'metrics' | 'variants'>,
  engines: Engines,
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal | undefined; onProgress?: ((line: string) => void) | undefined },
): Promise<ExplanationRecord[]> {
  const found = new Map<string, ExplanationRecord>()
  for (const clause of clauses) {
    const { by, pair, explainer } = whatExplains(spec, clause) ?? {}
    const key = pair?.toSorted().join()
    if (by !== 'time' || !pair || found.has(key!)) continue
    const [a, b] = pair.map(variant => engines[variant]!) as [Engines[string], Engines[string]]
    onProgress?.(`timing and profiling ${a!.variant} and ${b!.variant}, layer by layer`)
    const { target, seed, budgetSeconds } = a!.context
    const feeds = timedFeeds(a!)
    const seconds = Math.min(usualSeconds, budgetSeconds)
    const explanation = await explainer!.explain(a!, b!, { feeds, target, seed, signal, seconds })
    found.set(key!, explanationRecord(explanation))
  }
  return [...found.values()]
}
