import { MessageChannel } from 'node:worker_threads'

const { port1: closed } = new MessageChannel()
closed.close()

/**
 * Frees the memory of arrays now; they are empty afterwards. The collector does not see how large they are and would
 * come late, and each of its searches takes longer than a small inference: what is sent to a closed port is gone at once.
 *
 * Memory that its owner does not let go is left to the collector.
 */
export function freeArrays(arrays: readonly NodeJS.TypedArray[]): void {
  try {
    closed.postMessage(
      undefined,
      arrays.map(({ buffer }) => buffer as ArrayBuffer),
    )
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'DataCloneError')) throw error
  }
}
