import { readdirSync, readFileSync } from 'node:fs'

/** What a process and what it works with take at one moment. */
export interface Usage {
  /** Resident memory, in MB. */
  readonly memory: number
  /** Open files, pipes and sockets. */
  readonly handles: number
  readonly processes: number
  /** Entries of the folder of temporary files. */
  readonly temporary: number
  /** Entries of the cache. */
  readonly cache: number
}

/** What each of them may grow by and still be flat: memory depends on when garbage is collected. */
export const allowed: Readonly<Record<keyof Usage, (before: number) => number>> = {
  memory: before => Math.max(15, 0.1 * before),
  handles: () => 0,
  processes: () => 0,
  temporary: () => 0,
  cache: () => 0,
}

/** Of a process, the number of those that it has started, and what is in two folders. Linux only. */
export function usageOf(pid: number, processes: number, temporary: string, cache: string): Usage {
  const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return {
    memory: Math.round(Number(resident) / 1000),
    handles: readdirSync(`/proc/${pid}/fd`).length,
    processes,
    temporary: entriesOf(temporary),
    cache: entriesOf(cache),
  }
}

function entriesOf(folder: string): number {
  try {
    return readdirSync(folder).length
  } catch {
    return 0
  }
}

/**
 * What has grown: the median of the last third of the rows beside that of the third before; the first third is for what is
 * filled once.
 */
export function grown(rows: readonly Usage[]): string[] {
  const third = Math.floor(rows.length / 3)
  if (third === 0) return []
  const [before, after] = [rows.slice(-2 * third, -third), rows.slice(-third)]
  return (Object.keys(allowed) as (keyof Usage)[]).flatMap(name => {
    const [was, is] = [before, after].map(part => median(part.map(row => row[name]))) as [number, number]
    return is > was + allowed[name](was) ? [`${name} grew from ${was} to ${is}`] : []
  })
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}
