import { parseTensorrtCache } from '../../backends/tensorrt/calibration-cache.ts'
import type { LostRead } from '../../backends/tensorrt/migration/engine-borders.ts'
import { type MigrationPlan, planMigration } from '../../backends/tensorrt/migration/plan-migration.ts'
import { readLayerInfo } from '../../backends/tensorrt/plan/read-layer-info.ts'
import { InputError } from '../../errors.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { readModel } from '../../onnx/read-model.ts'
import { type FloatNode, halfModel } from '../../quantize/half/half-model.ts'
import { quantizableForm } from '../../quantize/quantizable-form.ts'
import { quantizeAt } from '../../quantize/quantize-at.ts'
import { quantizedOperator } from '../../quantize/quantized-operator.ts'
import { readText } from '../../read-text.ts'
import { refuseBroken } from '../source/refuse-broken.ts'

/** What an implicit engine left behind. */
export interface EngineToMigrate {
  /** The float model that it was built from. */
  readonly model: string
  /** Its layer information, in detail. */
  readonly layers: string
  /** Its calibration cache. */
  readonly cache: string
  /** Whether what is not INT8 becomes 16-bit floats, as strongly typed builds want it. */
  readonly half?: boolean | undefined
}

/** The explicit model, and how it relates to the engine. */
export interface MigratedModel {
  readonly model: ModelProto
  /** Tensors that got a Q/DQ pair, with their scale and the nodes that read them through it. */
  readonly pairs: readonly {
    readonly tensor: string
    readonly scale: number
    readonly readers: readonly string[]
  }[]
  /** Nodes whose weights are INT8. */
  readonly weights: readonly string[]
  readonly layers: MigrationPlan['layers']
  /** How often layers of the engine read INT8; all but the lost are carried over. */
  readonly reads: number
  readonly lost: readonly LostRead[]
  /** With half: nodes that stay in 32 bits. */
  readonly inFloat: readonly FloatNode[]
}

/**
 * Makes the explicit model that runs in INT8 what an implicit engine of TensorRT did: a Q/DQ pair at the borders of its INT8
 * layers, and nowhere else.
 *
 * @throws InputError if a file cannot be read, they do not belong together, or the engine has no INT8 layer to carry over
 */
export async function migratedModel({ model, layers, cache, half }: EngineToMigrate): Promise<MigratedModel> {
  const names = { model, layers, cache }
  const engine = readLayerInfo(await readText(layers), layers)
  const scales = parseTensorrtCache(await readText(cache), cache)
  const float = await readModel(model)
  refuseBroken(float, model)
  const found = quantizedOperator(float)
  if (found) {
    throw new InputError(
      `${model}: node \`${found.node.name || found.node.output[0]}\` is a ${found.node.opType}, so the model is quantized already: give the float model that the implicit engine was built from`,
    )
  }
  let plan: MigrationPlan | undefined
  const quantized = quantizeAt(quantizableForm(float), known => {
    plan = planMigration(known, { layers: engine, cache: scales, names })
    return plan.sites.activations.length > 0 || half ? plan : refuseNothing(plan, layers)
  })
  const { sites, ...rest } = plan!
  const magnitudes = scales.scales
  const inHalf = half ? halfModel(quantized, tensor => 127 * (magnitudes.get(tensor) ?? 0)) : undefined
  return {
    model: inHalf?.model ?? quantized,
    pairs: sites.activations.map(({ tensor, readers }) => ({
      tensor,
      scale: magnitudes.get(tensor)!,
      readers: readers === 'all' ? [] : [...new Set(readers.map(({ node }) => node.name))],
    })),
    weights: sites.weights.map(({ node }) => node.name),
    layers: rest.layers,
    reads: rest.reads,
    lost: rest.lost,
    inFloat: inHalf?.inFloat ?? [],
  }
}

function refuseNothing({ layers, lost }: MigrationPlan, source: string): never {
  const why =
    layers.int8 === 0
      ? `none of its ${layers.all} layers reads INT8: the builder chose floats alone`
      : `its ${layers.int8} layers in INT8 read nothing that the model has (${lost[0]?.layer}: \`${lost[0]?.tensor}\` ${lost[0]?.reason})`
  throw new InputError(
    `${source}: there is nothing to carry over, because ${why}; with half, the model becomes what such an engine is`,
  )
}
