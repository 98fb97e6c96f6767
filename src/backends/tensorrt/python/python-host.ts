import { pendingCalls } from '../../../engine/pending-calls.ts'
import { pinPrefix } from '../../../engine/pin.ts'
import { pythonOf } from '../../../engine/python-of.ts'
import { readAnswer } from '../../../engine/read-answer.ts'
import { InputError } from '../../../errors.ts'
import { ownFile } from '../../../own-package.ts'
import { limitsOf } from '../machine/limits.ts'
import type { Machine } from '../machine/machine.ts'
import { startBounded } from '../machine/start-bounded.ts'
import type { TensorrtTarget } from '../target.ts'
import { isVersion, type TensorrtVersion, versionOfText } from '../version.ts'
import { onLines } from './on-lines.ts'

/** host.py, running on a machine: TensorRT in a process of its own. */
export interface PythonHost {
  readonly version: TensorrtVersion
  /** CPU list that the process is pinned to, where it is. */
  readonly cpus?: string
  /**
   * Calls a method of the program with named arguments. Rejects with its error, when the process ends, and if what it
   * answers is not what `isAnswer` expects.
   */
  call<Result>(
    method: string,
    args: Readonly<Record<string, unknown>>,
    isAnswer?: (value: unknown) => value is Result,
  ): Promise<Result>
  stop(): Promise<void>
}

export interface PythonHostOptions {
  /** Pin the process to so many CPUs of this machine. */
  readonly pinTo?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a wrapper of Python may print before TensorRT is loaded, in bytes. */
const mostBanner = 1e6
/** A host that is told to end does so at once, unless it is in the middle of something. */
const stopMilliseconds = 10_000

/** The program lies in the sources, also of the package. */
const program = ownFile('src/backends/tensorrt/python/host.py')

/** Starts host.py and waits until TensorRT is loaded. Throws InputError if it cannot be. */
export async function startPythonHost(
  machine: Machine,
  target: TensorrtTarget,
  { pinTo, signal }: PythonHostOptions = {},
): Promise<PythonHost> {
  signal?.throwIfAborted()
  const pin = pinTo && machine.prefix.length === 0 ? await pinPrefix(pinTo) : undefined
  const command = [
    ...(pin?.prefix ?? machine.prefix),
    pythonOf(target),
    '-u',
    await machine.send(program),
    String(target.device),
  ]
  const limits = limitsOf(target)
  const { child, end, ended } = startBounded(command, { signal, asGroup: machine.prefix.length === 0 })
  let said = ''
  child.stderr.on('data', chunk => {
    said = (said + chunk).slice(-2000)
  })
  const calls = pendingCalls<string>()
  let failure: InputError | undefined
  const fail = (problem: string) => {
    failure ??= new InputError(`the host process of TensorRT ${problem}`)
    calls.end(failure)
    end()
  }
  let [isReady, banner, bannerBytes] = [false, '', 0]
  const readLine = (line: string) => {
    const answer = readAnswer(line)
    if (!answer) {
      banner = line.slice(0, 200)
      bannerBytes += line.length + 1
      if (isReady || bannerBytes > mostBanner) fail(wroteRubbish(banner))
    } else if ('ready' in answer) {
      isReady = true
      if (isVersion(answer.ready)) calls.ready(answer.ready)
      else fail(`names no version of TensorRT: \`${answer.ready.slice(0, 200)}\``)
    } else if ('failed' in answer) calls.end(new InputError(`TensorRT cannot start: ${answer.failed}`))
    else if ('error' in answer) calls.reject(answer.id, new InputError(answer.error))
    else calls.resolve(answer.id, answer.result)
  }
  onLines(child.stdout, readLine, () => fail('wrote a line without end'))
  const told = ended.then(({ exitCode, signal: killedBy }) => {
    if (signal?.aborted) return calls.end(signal.reason)
    if (failure) return
    const isStarted = exitCode !== undefined || killedBy !== undefined
    const how = killedBy ? `was killed by ${killedBy}` : `ended with exit code ${exitCode}`
    const lastLines = said.trim().split('\n').slice(-3).join(' ').slice(-600)
    const why = lastLines ? `: ${lastLines}` : banner && `: it ${wroteRubbish(banner)}`
    const message = `the host process of TensorRT ${isStarted ? how : `cannot be started: there is no \`${command[0]}\``}${why}`
    calls.end(new InputError(message))
  })
  const within = async <Result>(seconds: number, doing: string, answer: Promise<Result>) => {
    const limit = setTimeout(() => {
      fail(`did not ${doing} within ${seconds} s (\`timeout\` of the target)`)
    }, 1000 * seconds)
    return answer.finally(() => clearTimeout(limit))
  }
  const version = versionOfText(await within(limits.answer, 'start', calls.started))

  return {
    version,
    ...(pin && { cpus: pin.cpus }),
    async call<Result>(
      method: string,
      args: Readonly<Record<string, unknown>>,
      isAnswer = (_value: unknown): _value is Result => true,
    ) {
      const seconds = method === 'build' ? limits.build : limits.run
      const answer = calls.call<unknown>(id => {
        child.stdin.write(`${JSON.stringify({ id, method, args })}\n`)
      })
      const result = await within(seconds, `answer to \`${method}\``, answer)
      if (isAnswer(result)) return result
      const text = JSON.stringify(result).slice(0, 200)
      throw new InputError(
        `the host process of TensorRT answered \`${text}\` to \`${method}\`${lookAtPython}`,
      )
    },
    stop: async () => {
      child.stdin.end()
      const limit = setTimeout(end, stopMilliseconds)
      await told.finally(() => clearTimeout(limit))
    },
  }
}

const lookAtPython = ': look at what `python` of the target starts'

function wroteRubbish(line: string): string {
  return `wrote \`${line}\`, which is no answer of host.py${lookAtPython}`
}
