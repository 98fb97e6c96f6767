import { median } from 'simple-statistics'
import type { Launch } from '../launches.ts'
import { keepMachinePace, machinePace } from './machine-pace.ts'
import type { PaceGate } from './pace-gate.ts'
import { surveyPace } from './survey-pace.ts'
import { usualPace } from './usual-pace.ts'

/**
 * Which quads count. `full`: those at the machine's full pace. `preferred`: the same, but no more are set aside than
 * kept, for measurements that choose and do not judge. `any`: all.
 */
export type PacePolicy = 'full' | 'preferred' | 'any'

/** How fast the machine ran while it was timed. */
export interface PaceReport {
  /** Timings - quads, or stretches of one engine. */
  readonly timings: number
  /** Those of them that did not run at the machine's full pace. */
  readonly slower: number
  /** Their pace as a share of the full one, by the median of their probes; absent if there are none. */
  readonly pace?: number
  /** What the median probe of timings that count took, in us; absent if there are none. */
  readonly probe?: number
}

/** A machine that is so seldom below its full pace has one pace. */
const steadyShare = 0.02

/** Whether the machine changed its pace while it was timed. */
export function changesPace({ timings, slower }: PaceReport): boolean {
  return slower > steadyShare * timings
}

/** A timing, with the pace of the machine in us: the slower of the probes before and after it. Absent if there are none. */
export interface AtPace {
  readonly probe?: number
}

/** Chooses the timings that count by the pace at which the machine ran, and says how many did not. */
export interface PacedTimings {
  readonly report: PaceReport
  /** Takes timings as they come; gives those that count. */
  kept<Timing extends AtPace>(measured: readonly Timing[], probes: Float64Array): readonly Timing[]
  /** Whether it was measured at the full pace, as far as that is known now. */
  readonly isFull: (timing: AtPace) => boolean
  /** Whether it counts by what is known now. */
  readonly counts: (timing: AtPace) => boolean
  /** Keeps the best pace that was seen for the next run. */
  close(): Promise<void>
}

export interface PaceOptions {
  /** Default: `preferred`, or `any` if that is usual here. */
  readonly pace?: PacePolicy
  readonly budgetSeconds: number
  /** Default: what is known of this machine, and kept for the next run. */
  readonly gate?: PaceGate
  readonly signal?: AbortSignal | undefined
}

/** @param now - clock in ms */
export async function pacedTimings(
  launch: Launch,
  { pace: policy = usualPace() === 'any' ? 'any' : 'preferred', ...options }: PaceOptions,
  now: () => number,
): Promise<PacedTimings> {
  const gate = options.gate ?? (await machinePace(launch.engines))
  if (policy !== 'any') await surveyPace(launch, gate, { ...options, now })
  /** Of all timings; without those of a backend that has none. */
  const all: number[] = []
  let [timings, kept] = [0, 0]
  const isFull = ({ probe }: AtPace) => probe === undefined || gate.isFull(probe)
  const isKept = (timing: AtPace) =>
    policy === 'any' || isFull(timing) || (policy === 'preferred' && timings - kept > kept)
  return {
    get report() {
      const slower = all.filter(probe => !gate.isFull(probe))
      const counted = policy === 'any' ? all : all.filter(probe => gate.isFull(probe))
      const report = {
        timings,
        slower: slower.length,
        ...(counted.length > 0 && { probe: median(counted) }),
      }
      return slower.length > 0 ? { ...report, pace: gate.best! / median(slower) } : report
    },
    kept(measured, probes) {
      gate.add(probes)
      return measured.filter(timing => {
        timings++
        if (timing.probe !== undefined) all.push(timing.probe)
        const counts = isKept(timing)
        if (counts) kept++
        return counts
      })
    },
    isFull,
    counts: timing => policy !== 'full' || isFull(timing),
    close: async () => {
      if (!options.gate) await keepMachinePace(launch.engines)
    },
  }
}
