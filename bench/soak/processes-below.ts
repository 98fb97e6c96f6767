import { readdirSync, readFileSync } from 'node:fs'

/** Process ids of all that a process has started and that runs, and what they have started. Linux only. */
export function processesBelow(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      // After the name, which may hold anything in brackets: state, parent, ...
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (state !== 'Z') parents.set(Number(name), Number(parent))
    } catch {
      // It has just ended.
    }
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent !== undefined && parent > 1 && (parent === root || below(parent))
  }
  return [...parents.keys()].filter(below)
}
