import { defaultTarget } from '../../backends/resolve-target.ts'
import type { Signature } from '../../engine/backend.ts'
import { hashModel } from '../cache/hash.ts'
import { loadModel } from '../cache/load-model.ts'

/** What an ONNX file takes and gives: ONNX Runtime reads what any backend compiles. */
export async function signatureOf(model: string, signal: AbortSignal | undefined): Promise<Signature> {
  const { sha256 } = await hashModel(model)
  const { inputs, outputs } = await loadModel(model, sha256, { target: defaultTarget }, signal)
  return { inputs, outputs }
}
