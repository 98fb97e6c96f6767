/** Where engines run. Two engines are compared only on equal targets. */
export interface Target {
  readonly backend: 'onnxruntime'
  readonly provider: 'cpu'
  /** Threads within an operator. */
  readonly threads: number
  /** Samples per inference. */
  readonly batch: number
}

export const defaultTarget: Target = { backend: 'onnxruntime', provider: 'cpu', threads: 1, batch: 1 }
