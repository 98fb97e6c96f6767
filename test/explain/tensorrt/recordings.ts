import type { EngineProfile } from '../../../src/engine/engine-profile.ts'
import { type Explanation, explain } from '../../../src/explain/explain.ts'
import { findFiles } from '../../../src/explain/tensorrt/find-files.ts'
import { readEngine } from '../../../src/explain/tensorrt/read-engine.ts'
import { shared } from '../../support/shared.ts'

const trex = ['fixtures', 'tensorrt', 'NVIDIA_TensorRT_trex']
const resnet = (folder: string, name: string) =>
  shared(...trex, 'examples', 'pytorch', 'resnet', 'A100', folder, `${name}.onnx.engine.profile.json`)
const mobilenet = (name: string) => shared(...trex, 'tests', 'inputs', `${name}.qat.onnx.engine.profile.json`)
const recorded = (name: string) =>
  shared('fixtures', 'tensorrt', 'recorded-10.6-h200', 'run', `${name}.profile.json`)

/**
 * Profiles of real engines: NVIDIA's TREx examples (TensorRT 8, A100 and TITAN RTX), and ResNet-20 with TensorRT 10.6 on
 * an H200.
 */
export const recordings = {
  fp32: resnet('fp32', 'resnet'),
  fp16: resnet('fp16', 'resnet'),
  qat: resnet('qat', 'resnet-qat'),
  residual: resnet('qat-residual', 'resnet-qat-residual'),
  qgap: resnet('qat-residual-qgap', 'resnet-qat-residual-qgap'),
  mobilenet: mobilenet('mobilenet'),
  mobilenetResiduals: mobilenet('mobilenet_v2_residuals'),
  implicit1: recorded('implicit.b1'),
  explicit1: recorded('inputs.b1'),
  implicit64: recorded('implicit.b64'),
  explicit64: recorded('inputs.b64'),
} as const

export type Recording = keyof typeof recordings

/** Engines that were read already: some files are large. */
const engines = new Map<Recording, Promise<EngineProfile>>()

function engineOf(name: Recording): Promise<EngineProfile> {
  const engine = engines.get(name) ?? readEngine(findFiles(recordings[name]), name)
  engines.set(name, engine)
  return engine
}

export async function explained(a: Recording, b: Recording): Promise<Explanation> {
  return explain(await engineOf(a), await engineOf(b))
}
