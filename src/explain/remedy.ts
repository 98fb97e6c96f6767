import type { ModelProto } from '../onnx/onnx_pb.ts'
import type { Ranges } from '../quantize/ranges.ts'

/** What a remedy is given. */
export interface RemedyTask {
  /** The model of the slower engine, with a name for every node. */
  readonly model: ModelProto
  /** Names of the nodes that the cause is about. */
  readonly nodes: ReadonlySet<string>
  /** Activation ranges of the float model. */
  readonly ranges: Ranges
}

/** A change of a Q/DQ model against a cause. */
export interface Remedy {
  /** As its file; causes name it. */
  readonly id: string
  /** What it does, for `Move Q behind the activation at 7 places`: starts with a capital letter, has no number. */
  readonly title: string
  /** A changed copy; undefined if there is nothing to change. */
  apply(task: RemedyTask): ModelProto | undefined
}
