import { readFile } from 'node:fs/promises'
import { execa } from 'execa'

/** A command prefix that pins a process, and the CPUs that it pins to (Linux list format, `1` or `2-3`). */
export interface Pin {
  readonly prefix: readonly string[]
  readonly cpus: string
}

/**
 * Pins to the last `count` CPUs that this process may use: the operating system tends to put other work on the
 * first ones. Pinning halves the spread between launches (docs/measuring.md). Undefined if there is no `taskset`
 * or where no CPU would be left for the parent.
 */
export async function pinPrefix(count: number): Promise<Pin | undefined> {
  if (process.platform !== 'linux') return undefined
  const allowed = await allowedCpus()
  if (allowed.length <= count) return undefined
  const cpus = allowed.slice(-count).join(',')
  const check = await execa('taskset', ['-c', cpus, 'true'], { reject: false })
  return check.failed ? undefined : { prefix: ['taskset', '-c', cpus], cpus }
}

async function allowedCpus(): Promise<number[]> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1] ?? ''
  return list.split(',').flatMap(range => {
    const [first, last = first] = range.split('-').map(Number)
    return first === undefined || Number.isNaN(first)
      ? []
      : Array.from({ length: last! - first + 1 }, (_, i) => first + i)
  })
}
