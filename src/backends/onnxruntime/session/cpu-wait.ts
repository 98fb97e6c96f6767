import { readdir, readFile } from 'node:fs/promises'

/** Time that a thread has spent on a CPU, and ready to run without one, both in ns. */
type Schedule = readonly [onCpu: number, waiting: number]

/**
 * A meter of how long this process had to wait for a CPU: each call gives the ms that the thread which worked most since
 * the call before was ready to run and did not; undefined if the system does not say. Only that thread counts: helpers
 * of the garbage collector wait for our own inferences all the time if the process is pinned.
 */
export function cpuWaitMeter(): () => Promise<number | undefined> {
  let before = new Map<string, Schedule>()
  return async () => {
    const now = await schedules()
    const since = [...now].map(([thread, [onCpu, waiting]]): Schedule => {
      const [onCpuBefore, waitingBefore] = before.get(thread) ?? [0, 0]
      return [onCpu - onCpuBefore, waiting - waitingBefore]
    })
    before = now
    if (since.length === 0) return undefined
    const busiest = since.reduce((most, next) => (next[0] > most[0] ? next : most))
    return busiest[1] / 1e6
  }
}

async function schedules(): Promise<Map<string, Schedule>> {
  const threads = await readdir('/proc/self/task').catch(() => [])
  const read = threads.map(async (thread): Promise<[string, Schedule]> => {
    const text = await readFile(`/proc/self/task/${thread}/schedstat`, 'utf8')
    const [onCpu, waiting] = text.split(' ').map(Number)
    return [thread, [onCpu!, waiting!]]
  })
  // A thread may end between listing and reading.
  const settled = await Promise.allSettled(read)
  return new Map(settled.flatMap(result => (result.status === 'fulfilled' ? [result.value] : [])))
}
