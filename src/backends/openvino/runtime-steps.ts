import type { ModelProto } from '../../onnx/onnx_pb.ts'

/** What host.py tells of a step of the graph that runs (`get_runtime_model`). */
export interface DescribedStep {
  readonly name: string
  /** Name and output of the steps that it reads. */
  readonly inputs: readonly (readonly [name: string, output: number])[]
  /** Shapes of its outputs; -1 is open. */
  readonly shapes: readonly (readonly number[])[]
  /** `Convolution`, `Reorder`, ... */
  readonly layerType: string
  /** What its kernel takes, e.g. `u8`. */
  readonly runtimePrecision: string
  /** Of each output, separated by commas. */
  readonly outputPrecisions: string
  readonly outputLayouts: string
  /** What became part of it, separated by commas: nodes of the model, and what OpenVINO made of them. */
  readonly originalLayersNames: string
  /** Position in the order of running. */
  readonly execOrder: string
}

/** A step of an inference. */
export interface RuntimeStep extends DescribedStep {
  /** Names of the ONNX nodes whose work it does; Q and DQ nodes among them. */
  readonly nodes: readonly string[]
}

/** What there is before an inference runs, and after it. */
const noSteps = new Set(['Const', 'Input', 'Output', 'Result'])

/**
 * The steps that every inference runs, in order: without those that only lay weights out, once.
 *
 * @param model - that was compiled
 */
export function runtimeSteps(described: readonly DescribedStep[], model: ModelProto): RuntimeStep[] {
  const known = new Map(
    model.graph!.node.map(({ name, output }): [string, string] => [name || output[0]!, name || output[0]!]),
  )
  const inOrder = described.toSorted((a, b) => Number(a.execOrder) - Number(b.execOrder))
  const constants = new Set<string>()
  for (const { name, layerType, inputs } of inOrder) {
    const isMade = inputs.length > 0 && inputs.every(([input]) => constants.has(input))
    if (layerType === 'Const' || isMade) constants.add(name)
  }
  return inOrder
    .filter(({ name, layerType }) => !noSteps.has(layerType) && !constants.has(name))
    .map(step => {
      const own = nodesIn(step.originalLayersNames.split(','), known)
      // A product that OpenVINO has rewritten is known by its weights.
      const weights = step.inputs.flatMap(([input]) => (constants.has(input) ? [input] : []))
      return { ...step, nodes: own.length > 0 ? own : nodesIn(weights, known) }
    })
}

/** What OpenVINO puts behind the name of a node is a part of a path: `<name>/WithoutBiases`, `<name>/DequantizationMultiply`. */
function nodesIn(names: readonly string[], known: ReadonlyMap<string, string>): string[] {
  const found = names.flatMap(name => {
    for (let part = name; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('/')))) {
      const node = known.get(part)
      if (node !== undefined) return [node]
    }
    return []
  })
  return [...new Set(found)]
}
