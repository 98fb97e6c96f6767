export type Precision = 'int8' | 'float'

/** What a builder chose for one node of the model, and why. */
export interface PlannedLayer {
  /** Name of the ONNX node. */
  readonly node: string
  readonly op: string
  readonly precision: Precision
  readonly reason: string
  /**
   * Time of its kernels in µs in either precision, without Q, DQ and changes of layout; profiled in engines that are
   * wholly in float or in INT8. Absent if the builder did not look.
   */
  readonly microseconds?: Readonly<Record<Precision, number>>
  /** Names of the nodes that these times are of too, because the runtime runs them together. */
  readonly with?: readonly string[]
  /** Output channels with weights of less than 8 bits, because the kernel would overflow; absent if there are none. */
  readonly narrowedChannels?: number
}

/** Precision layer by layer, in graph order. Only nodes that can run in INT8 are listed. */
export interface Plan {
  /** Short name for people: `all INT8`, `depthwise in float`, `as explicit`. */
  readonly name: string
  readonly layers: readonly PlannedLayer[]
}
