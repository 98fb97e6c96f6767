import { knownPace, rememberPace } from './known-pace.ts'
import { type PaceGate, paceGate } from './pace-gate.ts'

/** What this process knows of the pace of each set of CPUs: one measurement learns from the others. */
const gates = new Map<string | undefined, PaceGate>()

/** Sets of CPUs whose best pace this process has missed: a run that misses it in many measurements misses it once. */
const missed = new Set<string | undefined>()

/** @param cpus - that the process which is timed is pinned to; undefined if it is not */
export async function machinePace(cpus: string | undefined): Promise<PaceGate> {
  const known = gates.get(cpus) ?? paceGate((await knownPace(cpus))?.best)
  gates.set(cpus, known)
  return known
}

/** Keeps what was seen for the next run. */
export async function keepMachinePace(cpus: string | undefined): Promise<void> {
  const gate = gates.get(cpus)
  if (gate?.seen === undefined) return
  const isReached = gate.isFull(gate.seen)
  if (!isReached && missed.has(cpus)) return
  if (!isReached) missed.add(cpus)
  await rememberPace(cpus, gate.seen, isReached)
}
