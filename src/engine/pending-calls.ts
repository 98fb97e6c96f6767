/** What the parent of a host process waits for: that it is ready, and the answers to its calls. */
export interface PendingCalls<Ready> {
  /** Rejects if the process ends before it is ready. */
  readonly started: Promise<Ready>
  ready(value: Ready): void
  /** Whether an answer is waited for. */
  readonly isWaiting: boolean
  /** Makes a call; `send` gets the number under which its answer comes. Rejects if the process has ended, or ends. */
  call<Result>(send: (id: number) => void): Promise<Result>
  resolve(id: number, result: unknown): void
  reject(id: number, error: Error): void
  /** The process has ended, or cannot start: all calls reject with the error, also later ones. */
  end(error: Error, whileStarting?: Error): void
}

export function pendingCalls<Ready>(): PendingCalls<Ready> {
  const pending = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let ready = (_value: Ready) => {}
  let failed = (_error: Error) => {}
  const started = new Promise<Ready>((resolve, reject) => {
    ready = resolve
    failed = reject
  })
  let ended: Error | undefined
  let calls = 0
  const take = (id: number) => {
    const call = pending.get(id)
    pending.delete(id)
    return call
  }
  return {
    started,
    get isWaiting() {
      return pending.size > 0
    },
    ready: value => ready(value),
    call: send =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended)
        const id = calls++
        pending.set(id, { resolve, reject })
        send(id)
      }),
    resolve: (id, result) => take(id)?.resolve(result as never),
    reject: (id, error) => take(id)?.reject(error),
    end(error, whileStarting = error) {
      ended = error
      failed(whileStarting)
      for (const call of pending.values()) call.reject(error)
      pending.clear()
    },
  }
}
