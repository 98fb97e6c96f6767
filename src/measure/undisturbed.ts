import type { OpenEngines } from '../engine/onnxruntime/open-engines.ts'
import type { DisturbanceGate } from './disturbance-gate.ts'

/** Measures a block, and again until the gate keeps it. */
export async function undisturbed<Block>(
  engines: Pick<OpenEngines, 'waited'>,
  gate: DisturbanceGate,
  measure: () => Promise<Block>,
): Promise<Block> {
  for (;;) {
    const [start, before] = [performance.now(), await engines.waited()]
    const block = await measure()
    const [duration, after] = [performance.now() - start, await engines.waited()]
    const waited = before === undefined || after === undefined ? undefined : after - before
    if (gate.keeps({ waited, duration })) return block
  }
}
