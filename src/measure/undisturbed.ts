import type { OpenEngines } from '../engine/backend.ts'
import type { DisturbanceGate } from './disturbance-gate.ts'

/** Measures a block, and again until the gate keeps it. */
export async function undisturbed<Block>(
  engines: Pick<OpenEngines, 'waited'>,
  gate: DisturbanceGate,
  measure: () => Promise<Block>,
): Promise<Block> {
  for (;;) {
    await engines.waited()
    const start = performance.now()
    const block = await measure()
    const duration = performance.now() - start
    if (gate.keeps({ waited: await engines.waited(), duration })) return block
  }
}
