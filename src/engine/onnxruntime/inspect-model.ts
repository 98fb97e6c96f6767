import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { readModel } from '../../onnx/read-model.ts'
import type { EngineLayer, InspectedEngine } from '../backend.ts'
import { openEngines } from './open-engines.ts'
import type { SessionSettings } from './session.ts'

/** Loads a model and reads the optimized graph back. Throws InputError where the runtime cannot load it. */
export async function inspectModel(
  model: string,
  settings: SessionSettings,
  signal?: AbortSignal,
): Promise<InspectedEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'quantract-'))
  try {
    const optimizedModelPath = join(directory, 'optimized.onnx')
    const opened = { id: 'loaded', model, settings: { ...settings, optimizedModelPath } }
    const engines = await openEngines([opened], { signal })
    await engines.stop()
    const { graph } = await readModel(optimizedModelPath)
    return { ...engines.signatures.get('loaded')!, layers: graph!.node.map(layerOf) }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Operators of ONNX Runtime that compute in integers. */
export const integerOperator = /^(QLinear|QGemm|MatMulInteger|ConvInteger|DynamicQuantize|QAttention)/
const convolutionOp = /^(QLinearConv|ConvInteger|Conv|FusedConv|NhwcFusedConv)(Transpose)?$/

/** Suffix of a node that the runtime moved to another memory layout. */
const layoutSuffix = /_token_\d+$/

/** A fused node keeps the name of its operator. */
function layerOf({ name, opType }: NodeProto): EngineLayer {
  return {
    name: name.replace(layoutSuffix, ''),
    op: opType,
    precision: integerOperator.test(opType) ? 'int8' : 'float',
    convolution: convolutionOp.test(opType),
  }
}
