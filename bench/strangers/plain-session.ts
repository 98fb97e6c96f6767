import { InferenceSession } from 'onnxruntime-node'
import type { Input } from './feed.ts'

/**
 * A session of ONNX Runtime as anybody opens it: the defaults, with one thread so that times compare. Only processes of
 * their own do so.
 */
export function openPlain(
  model: string,
  { optimizedModel, flushDenormals = false }: { optimizedModel?: string; flushDenormals?: boolean } = {},
): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    ...(optimizedModel !== undefined && { optimizedModelFilePath: optimizedModel }),
    ...(flushDenormals && { extra: { session: { set_denormal_as_zero: '1' } } }),
  })
}

export function inputsOf(session: InferenceSession): Input[] {
  return session.inputMetadata.map(input => ({
    name: input.name,
    type: input.isTensor ? input.type : 'no tensor',
    shape: input.isTensor ? input.shape : [],
  }))
}
