import { outputError } from '../../accuracy/output-error.ts'
import { subgraphs } from '../../onnx/attributes.ts'
import type { ModelProto, NodeProto } from '../../onnx/onnx_pb.ts'
import type { SampleValues } from './sample-values.ts'
import type { OutputValues } from './summarize-output.ts'

/** Operators that draw random numbers; Dropout does where a model is exported for training. */
const draws = /^(Random(Normal|Uniform)(Like)?|Bernoulli|Multinomial|Dropout|Sampling)$/

/** Kernels that add in another order from run to run are nearer to themselves, in dB. */
const nearEnough = 60

/**
 * Names of the outputs in which a float model that draws random numbers differs from itself, given the same sample twice: how
 * far another model is from them says nothing of it.
 *
 * @param first - what it gave the first time
 * @param again - runs it once more; not called for models that draw nothing
 */
export async function randomOutputs(
  { graph, functions }: ModelProto,
  first: SampleValues | undefined,
  again: () => Promise<SampleValues>,
): Promise<string[]> {
  const nodes = [...graph!.node, ...functions.flatMap(({ node }) => node)]
  if (!first || !nodes.some(drawsNumbers)) return []
  const second = await again()
  return [...first].flatMap(([name, values]) => (isSame(values, second.get(name)) ? [] : [name]))
}

function drawsNumbers(node: NodeProto): boolean {
  return draws.test(node.opType) || subgraphs(node).some(graph => graph.node.some(drawsNumbers))
}

function isSame(a: OutputValues, b: OutputValues | undefined): boolean {
  if (a.data.length !== b?.data.length) return false
  const [one, other] = [a, b].map(({ data }) => Float64Array.from(data as ArrayLike<number | bigint>, Number))
  return outputError(one!, other!).sqnr >= (a.isFloat ? nearEnough : Infinity)
}
