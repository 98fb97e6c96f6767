import { elementBytes } from '../../onnx/external-data/element-bytes.ts'
import type { TensorProto } from '../../onnx/onnx_pb.ts'
import type { QdqSite } from './insert-qdq.ts'

/**
 * One site for all readers of a constant that would read the same integers in the same steps: what a model stores once, it
 * stores once in INT8 too. A reader with narrower weights, or a bias that makes up for other errors, keeps its own.
 */
export function mergeSites(sites: readonly QdqSite[]): QdqSite[] {
  const merged = new Map<string, QdqSite[]>()
  for (const site of sites) {
    const ofTensor = merged.get(site.tensor) ?? []
    merged.set(site.tensor, ofTensor)
    const position = ofTensor.findIndex(other => isSame(other, site))
    if (position < 0) ofTensor.push(site)
    else ofTensor[position] = { ...site, readers: together(ofTensor[position]!, site) }
  }
  return [...merged.values()].flat()
}

function isSame(a: QdqSite, b: QdqSite): boolean {
  const pairs = [
    [a.scale, b.scale],
    [a.zeroPoint, b.zeroPoint],
    [a.stored, b.stored],
  ] as const
  return a.axis === b.axis && pairs.every(([one, other]) => haveSameElements(one, other))
}

function haveSameElements(a: TensorProto | undefined, b: TensorProto | undefined): boolean {
  if (!a || !b) return a === b
  return a.dataType === b.dataType && Buffer.compare(elementBytes(a), elementBytes(b)) === 0
}

function together(a: QdqSite, b: QdqSite): QdqSite['readers'] {
  return a.readers === 'all' || b.readers === 'all' ? 'all' : [...a.readers, ...b.readers]
}
