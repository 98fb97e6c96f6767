import { buildsOf } from '../../../builder/builds-of.ts'
import type { Engines } from '../../../builder/engine.ts'
import type { Verdict } from '../../evidence.ts'
import type { Evaluator, Finding } from '../../metrics/metric.ts'
import { buildsEvidence } from './builds-evidence.ts'

/** Units of which one can be so many per cent more than another. */
const relative = new Set(['fps', 'ms', 's', 'bytes'])

/** Of builds that disagree the gravest is shown. */
const gravity: readonly Verdict[] = ['violated', 'inconclusive', 'upheld']

/**
 * Decides a clause for every build of its variants: the verdict stands if all builds agree. So none of them is called
 * upheld with a larger error than a single one would be (an intersection-union test).
 */
export function everyBuild(evaluate: Evaluator): Evaluator {
  return async evaluation => {
    const { clause, engines, onProgress } = evaluation
    const first = Object.values(engines)[0]!
    const { builds = 1 } = first.context.target
    if (builds === 1) return { ...(await evaluate(evaluation)), ...buildsEvidence(first, {}) }
    const findings: Finding[] = []
    for (let build = 0; build < builds; build++) {
      const label = (line: string) => onProgress?.(`build ${build + 1} of ${builds}: ${line}`)
      findings.push(await evaluate({ ...evaluation, engines: nth(engines, build), onProgress: label }))
    }
    const { variant } = clause.quantity
    const values = findings.map(({ estimate }) => estimate.value)
    const isRelative = variant !== undefined && relative.has(findings[0]!.estimate.unit)
    return {
      ...together(findings),
      ...buildsEvidence(first, isRelative ? { [variant]: values } : {}),
    }
  }
}

/** The engines of one build of every variant. */
function nth(engines: Engines, build: number): Engines {
  return Object.fromEntries(Object.entries(engines).map(([name, engine]) => [name, buildsOf(engine)[build]!]))
}

function together(findings: readonly Finding[]): Finding {
  const [gravest] = findings.toSorted((x, y) => gravity.indexOf(x.verdict) - gravity.indexOf(y.verdict))
  const { verdict, reason, rule } = gravest!
  const agree = findings.every(finding => finding.verdict === verdict)
  const details = findings.map(({ estimate }, build) => ({
    ...estimate,
    of: `${estimate.of}, build ${build + 1}`,
  }))
  const raw = findings.map(({ raw }) => raw)
  const all = { ...gravest!, rule: `${rule}; every build alike`, details, raw }
  if (agree) return all
  return {
    ...all,
    verdict: 'inconclusive',
    reason: `builds disagree; of the gravest: ${reason}`,
    advice: gravest!.advice ?? 'a wider tolerance, or engines that are kept as they were measured',
  }
}
