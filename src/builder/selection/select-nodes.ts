import { didYouMean, nearest } from '../../did-you-mean.ts'
import { InputError } from '../../errors.ts'
import type { ModelProto, NodeProto } from '../../onnx/onnx_pb.ts'
import { readModel } from '../../onnx/read-model.ts'
import { placementModel } from '../../quantize/placement.ts'
import { type PlacementName, placements } from '../../quantize/placements.ts'
import type { Precision } from '../../quantize/plan.ts'
import { embeddingTables } from '../../quantize/tables/embedding-tables.ts'
import type { PreparedModel } from '../source/prepare-model.ts'
import type { BuildTask } from '../task.ts'
import { type KnownNode, knownNodes } from './known-nodes.ts'
import { matchesName, nearestPattern } from './name-pattern.ts'
import type { NodeSelection, Selection } from './selection.ts'

/** What a variant lets run in INT8. */
export interface SelectedNodes {
  /** `int8` for the nodes of the prepared model that may run so. */
  readonly precision: (node: NodeProto) => Precision
  /** A sentence about those that could and are left in float, if there are any. */
  readonly notes: readonly string[]
}

/**
 * Applies `include` and `exclude` of a variant to the nodes that a placement can quantize.
 *
 * @throws InputError if a pattern fits no node of the user's model, an operator does not occur in it, or nothing is left
 */
export async function selectNodes(
  { include, exclude }: Selection,
  prepared: PreparedModel,
  { placement, source, variant }: Pick<BuildTask, 'source' | 'variant'> & { placement: PlacementName },
): Promise<SelectedNodes> {
  if (!include && !exclude) return { precision: () => 'int8', notes: [] }
  const model = await readModel(source.path, { dataBeside: false })
  const known = knownNodes(model, prepared)
  for (const [word, nodes] of Object.entries({ include, exclude })) {
    if (nodes) checkKnown(nodes, known, model, `\`${word}\` of variant \`${variant}\``)
  }
  const chosen = known.filter(
    node => (!include || isSelected(node, include)) && !(exclude && isSelected(node, exclude)),
  )
  const names = new Set(chosen.map(({ name }) => name))
  const placed = placementModel(prepared.model)
  const quantizable = [
    ...placements[placement].quantizable(placed),
    ...embeddingTables(placed, placements[placement]),
  ]
  const left = quantizable.filter(({ name }) => !names.has(name))
  const words = [include && '`include`', exclude && '`exclude`'].filter(Boolean).join(' and ')
  if (left.length > 0 && left.length === quantizable.length) {
    throw new InputError(
      `${words} of variant \`${variant}\` leave nothing to quantize: placement \`${placement}\` could put ${count(left)} into INT8`,
    )
  }
  return {
    precision: ({ name }) => (names.has(name) ? 'int8' : 'float'),
    notes:
      left.length === 0 ? [] : [`left in float by ${words}: ${count(left)} of ${quantizable.length} nodes`],
  }
}

/** @example `3 Softmax, 1 MatMul` */
function count(nodes: readonly NodeProto[]): string {
  const counts = new Map<string, number>()
  for (const { opType } of nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1)
  return [...counts].map(([operator, times]) => `${times} ${operator}`).join(', ')
}

function isSelected({ names, operators }: KnownNode, selection: NodeSelection): boolean {
  return (
    (selection.operators ?? []).some(operator => operators.has(operator)) ||
    (selection.nodes ?? []).some(pattern => [...names].some(name => matchesName(pattern, name)))
  )
}

function checkKnown(
  { nodes = [], operators = [] }: NodeSelection,
  known: readonly KnownNode[],
  { graph }: ModelProto,
  where: string,
): void {
  const types = [...new Set(graph!.node.map(({ opType }) => opType))]
  for (const operator of operators) {
    if (types.includes(operator)) continue
    throw new InputError(
      `${where}: the model has no operator \`${operator}\`${didYouMean(operator, types.toSorted())}`,
    )
  }
  const own = graph!.node.flatMap(({ name }) => (name ? [name] : []))
  const names = [...new Set([...own, ...known.map(({ name }) => name)])]
  for (const pattern of nodes) {
    if (names.some(name => matchesName(pattern, name))) continue
    throw new InputError(
      `${where}: no node of the model is called \`${pattern}\`${hint(pattern, names, types)}`,
    )
  }
}

/** A model may have thousands of nodes: the nearest, or a few. */
function hint(pattern: string, names: readonly string[], types: readonly string[]): string {
  const found = nearestPattern(pattern, names)
  if (found !== undefined) return `; did you mean \`${found}\`?`
  const type = nearest(pattern, types)
  if (type !== undefined) return `; did you mean the operator \`${type}\`?`
  const some = names.slice(0, 3).map(name => `\`${name}\``)
  return `; its nodes are called ${some.join(', ')}${names.length > some.length ? ', ...' : ''}`
}
