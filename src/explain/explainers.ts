import { type BackendName, backendOf } from '../backends/backends.ts'
import type { Engine } from '../builder/engine.ts'
import type { Target } from '../engine/target.ts'
import type { MeasureOptions } from '../measure/contender.ts'
import type { Explanation } from './explain.ts'
import { explainModels } from './onnxruntime/explain-models.ts'
import { explainEngines } from './openvino/explain-engines.ts'
import { explainPlans } from './tensorrt/explain-plans.ts'

/** How the engines of one backend are profiled and compared. */
export interface Explainer {
  /** Whether engines of a target can be profiled layer by layer. */
  explains(target: Target): boolean
  /** Whether engines are ONNX files, which can be changed and tried: remedies, single layers in float. */
  readonly changesModels: boolean
  /** Times and profiles two engines of one target, and explains why one of them is slower. */
  explain(a: Engine, b: Engine, options: ExplainOptions): Promise<Explanation>
}

export type ExplainOptions = MeasureOptions & { readonly seconds?: number }

const onnxruntime: Explainer = {
  // Kernels of other providers tell no time.
  explains: target => backendOf(target).runsOnnxruntimeKernels?.(target) === true,
  changesModels: true,
  async explain(a, b, options) {
    const [first, second] = [a, b].map(({ variant, model }) => ({ id: variant, model }))
    return (await explainModels(first!, second!, options)).explanation
  },
}

const openvino: Explainer = { explains: () => true, changesModels: false, explain: explainEngines }

const tensorrt: Explainer = { explains: () => true, changesModels: false, explain: explainPlans }

/** By backend; one that is not here cannot be explained. */
const explainers: Readonly<Partial<Record<BackendName, Explainer>>> = { onnxruntime, openvino, tensorrt }

/** The explainer of a target; undefined if its engines cannot be profiled. */
export function explainerOf(target: Target): Explainer | undefined {
  const explainer = explainers[target.backend as BackendName]
  return explainer?.explains(target) ? explainer : undefined
}
