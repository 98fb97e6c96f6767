import { messageOf } from '../errors.ts'

/** What a host program offers: methods that the parent may call. They run one after another, in the order of the calls. */
export type HostMethods = Readonly<Record<string, (...args: never[]) => unknown>>

export interface Request {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string; readonly isInputError: boolean }
  | { readonly progress: unknown }
  | { readonly ready: true }

/** Reports progress to the parent; it arrives before the result of the running call. */
export function progress(value: unknown): void {
  reply({ progress: value })
}

/**
 * Turns this process into a host: answers the parent's calls, and ends when the parent is gone.
 *
 * Ctrl-C in a terminal, and its end, reach the whole process group; the parent decides what they mean, so the host ignores them.
 */
export function serve(methods: HostMethods): void {
  for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => {})
  process.on('disconnect', () => process.exit(0))
  let answered = Promise.resolve()
  process.on('message', (request: Request) => {
    answered = answered.then(() => answer(methods, request))
  })
  reply({ ready: true })
}

async function answer(methods: HostMethods, { id, method, args }: Request): Promise<void> {
  try {
    const run = methods[method]
    if (!run) throw new Error(`the host has no method ${method}`)
    reply({ id, result: await run(...(args as never[])) })
  } catch (error) {
    reply({
      id,
      error: messageOf(error),
      isInputError: error instanceof Error && error.name === 'InputError',
    })
  }
}

function reply(message: Reply): void {
  process.send?.(message)
}
