import type { EngineProfile } from '../../engine/engine-profile.ts'
import { commonSubsequence } from './common-subsequence.ts'
import { matchByTensors } from './match-by-tensors.ts'
import { isAnchor } from './owners.ts'

/** A node as an engine shows it. */
interface SeenNode {
  readonly name: string
  /** Operator and number of a name that an exporter made of them, e.g. `Conv_12`. */
  readonly numbered?: { readonly op: string; readonly number: number }
  /** Output shape of the layer that does its work, without the batch; empty if it is not known. */
  readonly shape: string
}

const weighted = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul'])

/** Share of pairs whose shapes must agree for a pairing by rank to be believed. */
const leastAgreement = 0.75

/** Share of names that two engines of one model have in common at least. */
const leastInCommon = 0.5

/**
 * Pairs the nodes of two engines that do the same work: name in `a` -> name in `b`.
 *
 * Where both models are at hand, nodes that write the same tensors are the same. Otherwise equal names mean the same
 * node, except those that a tool numbers in the order of the graph (`Conv_12`): there Q/DQ nodes shift the numbers, and
 * `Conv_12` of one engine is another layer than `Conv_12` of the other. Such names count where all weighted nodes of both
 * engines have the same ones. Otherwise the n-th Conv is matched with the n-th Conv, where both have as many; where they
 * do not, weighted nodes are matched in order by their output shapes.
 */
export function matchNodes(a: EngineProfile, b: EngineProfile): ReadonlyMap<string, string> {
  const byTensors = matchByTensors(a, b)
  if (byTensors) return byTensors
  const [seenA, seenB] = [a, b].map(seenNodes(haveNamesInCommon(a, b))) as [SeenNode[], SeenNode[]]
  const namesB = new Map(seenB.map(({ name }) => [withoutFusion(name), name]))
  const numbersAgree = sameNumbers(seenA, seenB)
  const matches = new Map(
    seenA.flatMap(({ name, numbered }): [string, string][] => {
      const same = numbersAgree || numbered === undefined ? namesB.get(withoutFusion(name)) : undefined
      return same === undefined ? [] : [[name, same]]
    }),
  )
  if (numbersAgree) return matches
  const operators = new Set(seenA.flatMap(({ numbered }) => numbered?.op ?? []))
  for (const op of operators) {
    for (const [nodeA, nodeB] of pairs(ofOperator(seenA, op), ofOperator(seenB, op), op)) {
      matches.set(nodeA.name, nodeB.name)
    }
  }
  return matches
}

/** ONNX Runtime calls the Gemm that it makes of a MatMul and an Add after the MatMul: in a model that it has rewritten. */
function withoutFusion(name: string): string {
  return name.replace(/\/MatMulAddFusion$/, '')
}

/** Where an engine was made by another exporter, names tell nothing, but the models tell operators and order. */
function haveNamesInCommon(a: EngineProfile, b: EngineProfile): boolean {
  if (!a.operators || !b.operators) return true
  const names = ({ layers }: EngineProfile) => layers.filter(isAnchor).flatMap(({ nodes }) => nodes)
  const [ofA, ofB] = [new Set(names(a)), names(b)]
  return ofB.filter(name => ofA.has(name)).length >= leastInCommon * Math.min(ofA.size, ofB.length)
}

function seenNodes(byName: boolean) {
  return ({ layers, operators }: EngineProfile): SeenNode[] => {
    const order = byName ? [] : [...operators!.keys()]
    const numberOf = (name: string): Pick<SeenNode, 'numbered'> => {
      if (!byName) return { numbered: { op: operators!.get(name)!, number: order.indexOf(name) } }
      const [, op, digits] = /^([A-Z][A-Za-z]*)[_-]+(\d+)$/.exec(name) ?? []
      return op === undefined ? {} : { numbered: { op, number: Number(digits) } }
    }
    const seen = new Map<string, SeenNode>()
    for (const layer of layers.filter(isAnchor)) {
      // Layouts differ in the order of their axes.
      const axes = layer.outputs[0]?.shape?.slice(1) ?? []
      const shape = (byName ? axes : axes.toSorted((x, y) => x - y)).join('x')
      for (const name of layer.nodes) if (!seen.has(name)) seen.set(name, { name, shape, ...numberOf(name) })
    }
    return [...seen.values()]
  }
}

function ofOperator(nodes: readonly SeenNode[], op: string): SeenNode[] {
  const number = (node: SeenNode) => node.numbered!.number
  return nodes.filter(({ numbered }) => numbered?.op === op).sort((x, y) => number(x) - number(y))
}

/** Whether the weighted nodes of both engines have the same numbers, as those of one ONNX file have. */
function sameNumbers(a: readonly SeenNode[], b: readonly SeenNode[]): boolean {
  const numbers = (nodes: readonly SeenNode[]) => {
    const names = nodes.filter(({ numbered }) => numbered && weighted.has(numbered.op))
    return names
      .map(({ name }) => name)
      .sort()
      .join()
  }
  return numbers(a) === numbers(b)
}

function pairs(a: readonly SeenNode[], b: readonly SeenNode[], op: string): [SeenNode, SeenNode][] {
  if (a.length === b.length) {
    const ranked = a.map((node, rank): [SeenNode, SeenNode] => [node, b[rank]!])
    const known = ranked.filter(([x, y]) => x.shape !== '' && y.shape !== '')
    const agreeing = known.filter(([x, y]) => x.shape === y.shape)
    if (agreeing.length >= leastAgreement * known.length) return ranked
  }
  if (!weighted.has(op)) return []
  const shapes = (nodes: readonly SeenNode[], side: string) =>
    nodes.map(({ name, shape }) => shape || `${side} ${name}`)
  return commonSubsequence(shapes(a, 'a'), shapes(b, 'b')).map(([i, j]) => [a[i]!, b[j]!])
}
