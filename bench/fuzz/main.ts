/**
 * Damages files that are right, byte by byte and word by word, and gives them to what reads them: ONNX, npy, npz, contracts,
 * clauses, calibration caches, and the JSON and logs of trtexec. Each is read or refused in one sentence; a stack, a hang of
 * more than 10 s or more than 256 MB for one case is a bug, and its input is kept.
 *
 *     npm run fuzz -- --cases 20000 [--only clause] [--seed 1] [--keep FOLDER]
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { parsers } from './parsers.ts'
import type { FuzzMessage, FuzzTask } from './worker.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    cases: { ...text, default: '1000' },
    only: { ...text, multiple: true },
    seed: { ...text, default: '1' },
    keep: { ...text, default: 'fuzz-failures' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log('npm run fuzz -- [--cases 1000] [--only PARSER]... [--seed 1] [--keep fuzz-failures]')
  console.log(`parsers: ${Object.keys(parsers).join(', ')}`)
  process.exit(0)
}
const hangMilliseconds = 10_000
const [cases, seed] = [Number(values.cases), Number(values.seed)]
let failures = 0

console.log('| parser | cases | refused | failed | cases per second |')
console.log('|---|---|---|---|---|')
for (const parser of values.only ?? Object.keys(parsers)) {
  let [next, refused, seconds, failed] = [0, 0, 0, 0]
  while (next < cases) {
    const run = await runWorker({ parser, from: next, to: cases, seed })
    refused += run.refused
    seconds += run.seconds
    next = run.next
    for (const { input, why, number } of run.failures) {
      failed++
      await mkdir(values.keep, { recursive: true })
      const path = join(values.keep, `${parser.replaceAll(' ', '-')}-${seed}-${number}`)
      await writeFile(path, input)
      console.error(`${path}: ${why.split('\n').slice(0, 4).join('\n  ')}`)
    }
  }
  failures += failed
  console.log(`| ${parser} | ${cases} | ${refused} | ${failed} | ${Math.round(cases / seconds)} |`)
}
process.exitCode = failures > 0 ? 1 : 0

interface Failure {
  readonly number: number
  readonly input: Uint8Array
  readonly why: string
}

/** Runs cases until all are done, or one of them hangs or ends the worker; then `next` is the one behind it. */
function runWorker(task: FuzzTask) {
  return new Promise<{ next: number; refused: number; seconds: number; failures: Failure[] }>(resolve => {
    const found: Failure[] = []
    const start = performance.now()
    let current: { case: number; input: Uint8Array } = { case: task.from, input: new Uint8Array() }
    const worker = new Worker(new URL('./worker-entry.mjs', import.meta.url), { workerData: task })
    const end = (next: number, refused = 0) => {
      clearTimeout(watchdog)
      void worker.terminate()
      resolve({ next, refused, seconds: (performance.now() - start) / 1000, failures: found })
    }
    const giveUp = (why: string) => {
      found.push({ ...current, number: current.case, why })
      end(current.case + 1)
    }
    let watchdog = setTimeout(giveUp, 6 * hangMilliseconds, 'did not start')
    worker.on('message', (message: FuzzMessage) => {
      if ('done' in message) return end(task.to, message.refused)
      if ('failed' in message) found.push({ number: message.failed, input: message.input, why: message.why })
      else current = message
      clearTimeout(watchdog)
      watchdog = setTimeout(giveUp, hangMilliseconds, 'hangs')
    })
    worker.on('error', error => giveUp(`ended the worker: ${error.stack ?? error.message}`))
  })
}
