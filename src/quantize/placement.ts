import { type GraphIndex, indexGraph, type Reader } from '../onnx/graph.ts'
import { TensorProto_DataType as DataType, type ModelProto, type NodeProto } from '../onnx/onnx_pb.ts'
import { opsetVersion } from '../onnx/opset/opset.ts'
import { type ElementTypes, elementTypes } from '../onnx/types/element-types.ts'
import type { IntegerFormat } from './affine.ts'
import type { Range } from './ranges.ts'

/** A rule that says where the Q/DQ pairs of a model go. */
export interface Placement {
  /** One line for people: whom it serves and what it quantizes. */
  readonly description: string
  /** Format of activations unless the caller wants another. */
  readonly activations: IntegerFormat
  /** How constant weights are stored: as integers, or as floats that a QuantizeLinear reads. */
  readonly weights: 'int8' | 'float'
  /** Whether pairs lie where those of another placement do: a file cannot be told from one of that. */
  readonly liesAsAnother?: true
  /** Whether the target knows the Q/DQ operators of ONNX Runtime's own domain. */
  readonly contribOps: boolean
  /** Whether embedding tables are stored in INT8, where a Gather reads rows of them. */
  readonly tables?: true
  /** The nodes that can run in INT8, in graph order. */
  quantizable(model: PlacementModel): NodeProto[]
  /** Those of such nodes that gain by it, as their neighbours are. Default: all. */
  readonly worthwhile?: (model: PlacementModel, nodes: ReadonlySet<NodeProto>) => ReadonlySet<NodeProto>
  /**
   * Where pairs go when exactly the nodes in `int8` shall run in INT8.
   *
   * @param apart - nodes that only move values and shall not share the parameters of what they move
   */
  sites(
    model: PlacementModel,
    int8: ReadonlySet<NodeProto>,
    format: IntegerFormat,
    apart?: ReadonlySet<NodeProto>,
  ): PlacementSites
}

/** What a placement knows of a model. */
export interface PlacementModel extends GraphIndex {
  readonly opset: number
  readonly types: ElementTypes
}

export interface PlacementSites {
  readonly activations: readonly ActivationSite[]
  readonly weights: readonly WeightSite[]
}

/** A tensor whose value is read through 8 bits. It may be a constant operand, such as that of an Add. */
export interface ActivationSite {
  readonly tensor: string
  /** The tensor whose range gives the parameters: an operator that only moves values shares those of its input. */
  readonly rangeOf: string
  /** The values that an activation function, replaced by this Q/DQ pair, lets through. */
  readonly bounds?: Range
  readonly readers: 'all' | readonly Reader[]
  /** The nodes in INT8 that it is for, where others that only move values lie between. Default: those that read it. */
  readonly users?: readonly NodeProto[]
}

/** A weighted node (weightedNode() knows it) whose weights are quantized. */
export interface WeightSite {
  readonly node: NodeProto
  /** Whether the bias becomes int32 too. */
  readonly bias: boolean
}

export function placementModel(model: ModelProto): PlacementModel {
  const index = indexGraph(model.graph!)
  return { ...index, opset: opsetVersion(model), types: elementTypes(index) }
}

/** Whether a name is a 32-bit float tensor that depends on the model's inputs. */
export function isFloatActivation({ types, constants }: PlacementModel, name: string | undefined): boolean {
  return !!name && types.get(name) === DataType.FLOAT && !constants.has(name)
}
