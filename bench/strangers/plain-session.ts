import { InferenceSession, type Tensor } from 'onnxruntime-node'
import type { Input } from './samples/feed.ts'

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

/** Runs what a session takes of a feed, for its outputs that are tensors: the binding refuses to give others. */
export async function runPlain(
  session: InferenceSession,
  feed: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const own = Object.fromEntries(session.inputNames.map(name => [name, feed[name]!]))
  const outputs = session.outputMetadata.filter(({ isTensor }) => isTensor).map(({ name }) => name)
  return (await session.run(own, outputs)) as Record<string, Tensor>
}

export function inputsOf(session: InferenceSession): Input[] {
  return session.inputMetadata.map(input => ({
    name: input.name,
    type: input.isTensor ? input.type : 'no tensor',
    shape: input.isTensor ? input.shape : [],
  }))
}
