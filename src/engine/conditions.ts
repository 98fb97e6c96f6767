import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'

/** What changes on a machine from minute to minute, and disturbs measuring. */
export interface Conditions {
  /** Processes that ran or wanted to, over the last minute, per CPU. */
  readonly load: number
  /** Share of CPU time since boot that the hypervisor gave to other machines. */
  readonly steal?: number
  /** How the clock of the CPU is governed: anything but `performance` changes it under load. */
  readonly governor?: string
  /** Times that the CPU was slowed down because it was hot, since boot. */
  readonly throttled?: number
  /** Temperature of the hottest zone in degrees Celsius. */
  readonly temperature?: number
}

/** Reads the state of the machine; what the system does not say is absent. */
export function conditions(): Conditions {
  const steal = stealShare()
  const governor = read('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')
  const throttled = read('/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count')
  const temperature = hottest()
  return {
    load: (loadavg()[0] ?? 0) / availableParallelism(),
    ...(steal !== undefined && { steal }),
    ...(governor !== undefined && { governor }),
    ...(throttled !== undefined && { throttled: Number(throttled) }),
    ...(temperature !== undefined && { temperature }),
  }
}

/** Fields of /proc/stat: user nice system idle iowait irq softirq steal guest guest_nice. */
function stealShare(): number | undefined {
  const fields = read('/proc/stat')?.split('\n')[0]?.trim().split(/\s+/).slice(1, 9).map(Number)
  if (fields?.length !== 8) return undefined
  return fields[7]! / fields.reduce((sum, ticks) => sum + ticks, 0)
}

function hottest(): number | undefined {
  const millidegrees: number[] = []
  for (let zone = 0; ; zone++) {
    const text = read(`/sys/class/thermal/thermal_zone${zone}/temp`)
    if (text === undefined) break
    millidegrees.push(Number(text))
  }
  return millidegrees.length > 0 ? Math.max(...millidegrees) / 1000 : undefined
}

function read(path: string): string | undefined {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
  } catch {
    return undefined // Some of these files exist and cannot be read, for example in a container.
  }
}
