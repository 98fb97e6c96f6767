import { InputError } from '../../errors.ts'
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.ts'
import { parseJson } from '../../parse-json.ts'
import type { PlacementModel } from '../../quantize/placement.ts'
import { weightedNode } from '../../quantize/weighted-node.ts'
import { readText } from '../../read-text.ts'
import type { PairPlan } from './pair-plan.ts'

/**
 * Reads a plan that a search of placement `tuned` has written, or somebody has changed.
 *
 * @throws InputError if the file cannot be read or is no plan
 */
export async function readPairPlan(file: string): Promise<PairPlan> {
  const plan = parseJson(await readText(file), file, 'plan')
  if (isPlan(plan)) return plan
  throw new InputError(
    `${file}: is no plan: it has \`name\`, \`pairs\` (by tensor a list of { "node", "input" }), \`weights\` (names of nodes) and \`half\`, as explicit.plan.json beside a tuned engine`,
  )
}

/**
 * Throws InputError if a plan is about another graph.
 *
 * @param names - what messages call the plan and the model
 */
export function checkPlan(
  { pairs, weights }: PairPlan,
  known: PlacementModel,
  names: { readonly plan: string; readonly model: string },
): void {
  const nodes = new Map(known.graph.node.map(node => [node.name, node]))
  const fail = (what: string) => {
    throw new InputError(
      `${names.plan}: ${what} in ${names.model}: give the model that the plan was made for`,
    )
  }
  for (const [tensor, readers] of Object.entries(pairs)) {
    if (readers.length === 0) fail(`tensor \`${tensor}\` has no reader`)
    for (const { node, input } of readers) {
      if (nodes.get(node)?.input[input] !== tensor)
        fail(`tensor \`${tensor}\` is not input ${input} of node \`${node}\``)
    }
    if (known.constants.has(tensor)) fail(`tensor \`${tensor}\` is a constant`)
    const type = known.types.get(tensor)
    if (type !== undefined && type !== DataType.FLOAT) fail(`tensor \`${tensor}\` holds no floats`)
  }
  for (const name of weights) {
    const node = nodes.get(name)
    if (!node || !weightedNode(known, node)) fail(`\`${name}\` is no node with weights`)
  }
}

function isPlan(value: unknown): value is PairPlan {
  const { name, pairs, weights, half } = Object(value) as Partial<Record<keyof PairPlan, unknown>>
  return (
    typeof name === 'string' &&
    typeof half === 'boolean' &&
    Array.isArray(weights) &&
    weights.every(each => typeof each === 'string') &&
    typeof pairs === 'object' &&
    pairs !== null &&
    Object.values(pairs).every(readers => Array.isArray(readers) && readers.every(isReader))
  )
}

function isReader(value: unknown): boolean {
  const { node, input } = Object(value) as { node?: unknown; input?: unknown }
  return typeof node === 'string' && Number.isSafeInteger(input)
}
