import type { Engine } from '../builder/engine.ts'
import { runsOnCpu, type Target } from '../engine/target.ts'
import type { MeasureOptions } from '../measure/contender.ts'
import type { Explanation } from './explain.ts'
import { explainModels } from './onnxruntime/explain-models.ts'
import { explainPlans } from './tensorrt/explain-plans.ts'

/** Whether engines of a target can be profiled layer by layer: kernels of other providers tell no time. */
export function isExplainable(target: Target): boolean {
  return target.backend === 'tensorrt' || runsOnCpu(target)
}

/** Times and profiles two engines of one target, and explains why one of them is slower. */
export async function explainEngines(
  a: Engine,
  b: Engine,
  options: MeasureOptions & { readonly seconds?: number },
): Promise<Explanation> {
  if (options.target.backend === 'tensorrt') return explainPlans(a, b, options)
  const [first, second] = [a, b].map(({ variant, model }) => ({ id: variant, model }))
  return (await explainModels(first!, second!, options)).explanation
}
