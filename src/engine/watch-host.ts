import { readFile } from 'node:fs/promises'
import { InputError } from '../errors.ts'

/** A process that has not run for so long is looked at. */
const pollMilliseconds = 1000
/** Looks in a row at which a process is stopped: a terminal that is suspended and goes on stops all of us for one. */
const stoppedLooks = 3
/** A process that is asked for something and has used no CPU for so long will not answer. */
const idleMilliseconds = 10 * 60_000

/** What the system says of a process. */
interface ProcessState {
  readonly isStopped: boolean
  /** Ticks of CPU that it has used. */
  readonly ticks: number
}

/**
 * Looks at a host process while something is asked of it, and tells once if it will not answer: somebody has stopped it,
 * or it hangs. Only Linux says so; elsewhere nothing is told.
 *
 * @param isAsked - whether an answer is waited for
 * @param idle - ms without use of the CPU after which a process hangs
 * @returns ends the watching
 */
export function watchHost(
  pid: number,
  isAsked: () => boolean,
  onHang: (error: Error) => void,
  idle: number = idleMilliseconds,
): () => void {
  let [stopped, ticks, since] = [0, -1, performance.now()]
  const look = async () => {
    const state = await stateOf(pid)
    if (!state) return
    if (!isAsked() || state.ticks !== ticks) since = performance.now()
    ticks = state.ticks
    stopped = state.isStopped && isAsked() ? stopped + 1 : 0
    if (stopped >= stoppedLooks) {
      onHang(
        new InputError(
          `the process that runs the engines (${pid}) is stopped: somebody sent it SIGSTOP, or suspended its container`,
        ),
      )
    } else if (performance.now() - since > idle) {
      const minutes = Math.round(idle / 60_000)
      onHang(
        new InputError(
          `the process that runs the engines (${pid}) has not used the CPU for ${minutes} minutes and does not answer: the runtime hangs`,
        ),
      )
    }
  }
  const timer = setInterval(() => void look(), pollMilliseconds)
  timer.unref()
  return () => clearInterval(timer)
}

/** From `/proc`: the third field behind the command is the state, the 14th and 15th are ticks of CPU. */
async function stateOf(pid: number): Promise<ProcessState | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  if (!fields) return undefined
  return {
    isStopped: fields[0] === 'T' || fields[0] === 't',
    ticks: Number(fields[11]) + Number(fields[12]),
  }
}
