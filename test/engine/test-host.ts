/** Host program of the tests. */
import { setTimeout } from 'node:timers/promises'
import { progress, serve } from '../../src/engine/serve.ts'
import { InputError } from '../../src/errors.ts'

if (process.env.TEST_HOST_FAILS) throw new Error('cannot even start')

serve({
  double: (values: Float32Array) => values.map(x => 2 * x),
  entries: (map: ReadonlyMap<string, number>) => [...map],
  async count(to: number) {
    for (let i = 1; i <= to; i++) progress(i)
    return to
  },
  fail(message: string) {
    throw new Error(message)
  },
  refuse(message: string) {
    throw new InputError(message)
  },
  exit(code: number) {
    process.exit(code)
  },
  reset: () => (process.env.TEST_HOST_GROWS ? 1e9 : 1e8),
  never: () => setTimeout(1_000_000),
})
