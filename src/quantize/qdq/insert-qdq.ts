import { copyMessage } from '../../onnx/copy-message.ts'
import { indexGraph, type Reader } from '../../onnx/graph.ts'
import { makeNode } from '../../onnx/node.ts'
import type { GraphProto, NodeProto, TensorProto } from '../../onnx/onnx_pb.ts'
import { uniqueNodeNames, uniqueTensorNames } from '../../onnx/unique-names.ts'

/** A place in the graph where a tensor is read through 8 bits. */
export interface QdqSite {
  readonly tensor: string
  /** Scalar, or one per channel along `axis`. */
  readonly scale: TensorProto
  /** Of the scale's shape. Absent for int32, where ONNX forbids it. */
  readonly zeroPoint?: TensorProto
  readonly axis?: number
  /** The tensor's value in integers, where it is constant and stored so: then there is no QuantizeLinear. */
  readonly stored?: TensorProto
  /**
   * Which uses read the dequantized value. `all` includes graph outputs and subgraphs: nothing but the QuantizeLinear
   * reads what the producer writes, which is what lets a runtime fuse the producer into an integer kernel.
   */
  readonly readers: 'all' | readonly Reader[]
}

/**
 * Inserts QuantizeLinear -> DequantizeLinear (or a stored integer tensor -> DequantizeLinear) at each site, in place.
 * New names follow ONNX Runtime's quantizer: `<tensor>_QuantizeLinear_Output`, `<tensor>_scale`, ...
 *
 * @param domain - operator set of the inserted nodes
 */
export function insertQdq(graph: GraphProto, sites: readonly QdqSite[], domain: string): void {
  const { producer, readers, outputs } = indexGraph(graph)
  const newTensor = uniqueTensorNames(graph)
  const newNode = uniqueNodeNames(graph)
  const after = new Map<NodeProto | undefined, NodeProto[]>()

  const addNode = (...node: Parameters<typeof makeNode>) => copyMessage(makeNode(...node), { domain })
  const addInitializer = (tensor: TensorProto, name: string) => {
    const added = copyMessage(tensor, { name: newTensor(name) })
    graph.initializer.push(added)
    return added.name
  }

  for (const site of sites) {
    const { tensor } = site
    const maker = producer.get(tensor)
    const uses = readers.get(tensor) ?? []
    const readByName = outputs.has(tensor) || uses.some(({ input }) => input === undefined)
    // What reads a tensor by its name goes on doing so: the producer's output gets another name instead.
    const takesName = site.readers === 'all' && maker !== undefined && readByName

    let source = tensor
    if (takesName) {
      source = newTensor(`${tensor}_float`)
      maker.output = maker.output.map(name => (name === tensor ? source : name))
    }
    const parameters = [addInitializer(site.scale, `${tensor}_scale`)]
    if (site.zeroPoint) parameters.push(addInitializer(site.zeroPoint, `${tensor}_zero_point`))
    const attributes = site.axis === undefined ? undefined : { axis: BigInt(site.axis) }
    const inserted: NodeProto[] = []

    let integers: string
    if (site.stored) integers = addInitializer(site.stored, `${tensor}_quantized`)
    else {
      integers = newTensor(`${tensor}_QuantizeLinear_Output`)
      const name = newNode(`${tensor}_QuantizeLinear`)
      inserted.push(addNode('QuantizeLinear', name, [source, ...parameters], [integers], attributes))
    }
    const dequantized = takesName ? tensor : newTensor(`${tensor}_DequantizeLinear_Output`)
    const name = newNode(`${tensor}_DequantizeLinear`)
    inserted.push(addNode('DequantizeLinear', name, [integers, ...parameters], [dequantized], attributes))

    for (const { node, input } of site.readers === 'all' ? uses : site.readers) {
      if (input !== undefined) node.input[input] = dequantized
    }
    const position = site.stored ? undefined : maker
    after.set(position, [...(after.get(position) ?? []), ...inserted])
  }
  graph.node = [
    ...(after.get(undefined) ?? []),
    ...graph.node.flatMap(node => [node, ...(after.get(node) ?? [])]),
  ]
}
