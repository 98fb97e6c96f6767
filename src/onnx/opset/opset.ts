import type { ModelProto } from '../onnx_pb.ts'

/** Whether a domain is the default operator set's, which has two spellings. */
export function isDefaultDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx'
}

/** Version of the default operator set that the model's nodes mean; 0 if the model imports none. */
export function opsetVersion(model: ModelProto): number {
  return Number(model.opsetImport.find(({ domain }) => isDefaultDomain(domain))?.version ?? 0)
}
