import type { OpenEngines } from '../../engine/backend.ts'
import { knownPace, rememberPace } from './known-pace.ts'
import { type PaceGate, paceGate } from './pace-gate.ts'

/** What this process knows of the pace of each set of CPUs: one measurement learns from the others. */
const gates = new Map<string | undefined, PaceGate>()

/** Sets of CPUs whose best pace this process has missed: a run that misses it in many measurements misses it once. */
const missed = new Set<string | undefined>()

/** Where the pace is probed: CPUs that the process which is timed is pinned to, if it is, and what probes. */
export type Probed = Pick<OpenEngines, 'cpus' | 'probe'>

export async function machinePace(probed: Probed): Promise<PaceGate> {
  const place = placeOf(probed)
  const known = gates.get(place) ?? paceGate((await knownPace(place))?.best)
  gates.set(place, known)
  return known
}

/** Keeps what was seen for the next run. */
export async function keepMachinePace(probed: Probed): Promise<void> {
  const place = placeOf(probed)
  const gate = gates.get(place)
  if (gate?.seen === undefined) return
  const isReached = gate.isFull(gate.seen)
  if (!isReached && missed.has(place)) return
  if (!isReached) missed.add(place)
  await rememberPace(place, gate.seen, isReached)
}

function placeOf({ cpus, probe }: Probed): string | undefined {
  return probe === undefined ? cpus : `${cpus ?? 'any'} by ${probe}`
}
