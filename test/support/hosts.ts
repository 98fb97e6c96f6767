import { execa } from 'execa'
import { endIdleHosts } from '../../src/engine/used-hosts.ts'

/** Process ids of the host programs that this process has started and that are in use. */
export async function runningHosts(): Promise<number[]> {
  await endIdleHosts()
  const { stdout } = await execa('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='])
  return stdout
    .split('\n')
    .map(line => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line)?.slice(1) as [string, string, string, string])
    .filter(fields => fields !== undefined)
    .filter(([, parent, state]) => Number(parent) === process.pid && !state.startsWith('Z'))
    .filter(([, , , command]) => /-host\.(ts|js)/.test(command))
    .map(([pid]) => Number(pid))
}
