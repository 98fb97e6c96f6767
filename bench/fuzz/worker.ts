/** Worker: runs cases of one parser and tells each one that is neither read nor refused in a sentence. */
import { parentPort, workerData } from 'node:worker_threads'
import { InputError } from '../../src/errors.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { mutate } from './mutate.ts'
import { parsers } from './parsers.ts'

export interface FuzzTask {
  readonly parser: string
  readonly from: number
  readonly to: number
  readonly seed: number
}

/** One message before each case, so that a case that hangs is known, and one for each that failed. */
export type FuzzMessage =
  | { readonly case: number; readonly input: Uint8Array }
  | { readonly failed: number; readonly input: Uint8Array; readonly why: string }
  | { readonly done: true; readonly refused: number; readonly seconds: number }

/** What a case may take beside its input. */
const mostBytes = 256 * 2 ** 20

const { parser: name, from, to, seed } = workerData as FuzzTask
const { isText, seeds, parse } = parsers[name]!
const originals = await seeds()
const send = (message: FuzzMessage) => parentPort!.postMessage(message)
let refused = 0
const start = performance.now()
for (let i = from; i < to; i++) {
  const random = seededRandom(seed + i)
  const input = mutate(originals[i % originals.length]!, isText, random)
  send({ case: i, input })
  const before = process.memoryUsage()
  try {
    await parse(input)
  } catch (error) {
    refused++
    if (!(error instanceof InputError)) {
      send({ failed: i, input, why: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    } else if (/\p{Cc}/u.test(error.message.replaceAll('\n', ''))) {
      send({ failed: i, input, why: `control characters in: ${JSON.stringify(error.message)}` })
    } else if (error.message.length > 20_000) {
      send({ failed: i, input, why: `a message of ${error.message.length} characters` })
    }
  }
  const after = process.memoryUsage()
  const grown = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed
  if (grown > mostBytes) send({ failed: i, input, why: `took ${Math.round(grown / 2 ** 20)} MB` })
}
send({ done: true, refused, seconds: (performance.now() - start) / 1000 })
