import { listNames } from '../words.ts'
import type { EngineLayer } from './backend.ts'

/** Steps of an engine that the CPU runs, although its target is another device. */
export interface Fallback {
  readonly nodes: readonly Pick<EngineLayer, 'name' | 'op'>[]
  /** Steps of the whole engine. */
  readonly total: number
}

/** Undefined if every step runs on the device. */
export function fallbackOf(layers: readonly EngineLayer[]): Fallback | undefined {
  const nodes = layers.filter(({ onCpu }) => onCpu).map(({ name, op }) => ({ name, op }))
  return nodes.length > 0 ? { nodes, total: layers.length } : undefined
}

/** E.g. ``3 of 24 nodes ran on the CPU: Softmax `a`, `b`, QuantizeLinear `c` ``. */
export function describeFallback({ nodes, total }: Fallback): string {
  const ops = [...new Set(nodes.map(({ op }) => op))]
  const listed = ops.map(op => {
    const same = nodes.filter(node => node.op === op)
    return `${op} ${listNames(same.map(({ name }) => name))}`
  })
  return `${nodes.length} of ${total} nodes ran on the CPU: ${listed.join('; ')}`
}
