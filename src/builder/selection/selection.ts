/** Some nodes of a model. */
export interface NodeSelection {
  /** Names of nodes; `*` stands for any characters, `?` for one. */
  readonly nodes?: readonly string[]
  /** Types of operators, e.g. `Softmax`. */
  readonly operators?: readonly string[]
}

/** Which nodes of the user's model may run in INT8, where that is not all that can. */
export interface Selection {
  /** Stay in float, also if `include` has them. */
  readonly exclude?: NodeSelection | undefined
  /** Only these are quantized. */
  readonly include?: NodeSelection | undefined
}
