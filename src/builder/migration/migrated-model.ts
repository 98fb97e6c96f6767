import { parseTensorrtCache, type TensorrtCache } from '../../backends/tensorrt/calibration-cache.ts'
import {
  isScale,
  type MigrationPlan,
  planMigration,
} from '../../backends/tensorrt/migration/plan-migration.ts'
import { readLayerInfo } from '../../backends/tensorrt/plan/read-layer-info.ts'
import { InputError } from '../../errors.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { readModel } from '../../onnx/read-model.ts'
import { type FloatNode, halfModel } from '../../quantize/half/half-model.ts'
import type { PlacementModel } from '../../quantize/placement.ts'
import { quantizableForm } from '../../quantize/quantizable-form.ts'
import { type GivenSites, quantizeAt } from '../../quantize/quantize-at.ts'
import { quantizedOperator } from '../../quantize/quantized-operator.ts'
import { readText } from '../../read-text.ts'
import { refuseBroken } from '../source/refuse-broken.ts'
import { sitesOfPlan } from '../tuned/pair-plan.ts'
import { checkPlan, readPairPlan } from '../tuned/read-pair-plan.ts'

/** Where the pairs of an explicit model come from. */
export interface EngineToMigrate {
  /** The float model. */
  readonly model: string
  /** Layer information, in detail, of an implicit engine that was built from it; or a plan of placement `tuned`. */
  readonly from: { readonly layers: string } | { readonly plan: string }
  /** A calibration cache that has the scales: the one that the engine was built with. */
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
  /** Of an engine: its layers, how often they read INT8, and which reads were not carried over. */
  readonly engine?: Pick<MigrationPlan, 'layers' | 'reads' | 'lost'>
  /** With half: nodes that stay in 32 bits. */
  readonly inFloat: readonly FloatNode[]
}

/**
 * Makes the explicit model that runs in INT8 what an implicit engine of TensorRT did: a Q/DQ pair at the borders of its INT8
 * layers, and nowhere else; or the one that a plan describes.
 *
 * @throws InputError if a file cannot be read, they do not belong together, or the engine has no INT8 layer to carry over
 */
export async function migratedModel({ model, from, cache, half }: EngineToMigrate): Promise<MigratedModel> {
  const choose = 'layers' in from ? await fromEngine(from.layers, half) : await fromPlan(from.plan)
  const scales = parseTensorrtCache(await readText(cache), cache)
  const float = await readModel(model)
  refuseBroken(float, model)
  const found = quantizedOperator(float)
  if (found) {
    throw new InputError(
      `${model}: node \`${found.node.name || found.node.output[0]}\` is a ${found.node.opType}, so the model is quantized already: give the float model that the implicit engine was built from`,
    )
  }
  let chosen: ChosenSites | undefined
  const quantized = quantizeAt(quantizableForm(float), known => {
    chosen = choose(known, scales, { model, cache })
    return chosen
  })
  const { sites, ranges, engine } = chosen!
  const magnitudes = scales.scales
  const inHalf = chosen!.half
    ? halfModel(quantized, tensor => 127 * (magnitudes.get(tensor) ?? 0))
    : undefined
  return {
    model: inHalf?.model ?? quantized,
    pairs: sites.activations.map(({ tensor, readers }) => ({
      tensor,
      scale: ranges.get(tensor)!.max / 127,
      readers: readers === 'all' ? [] : [...new Set(readers.map(({ node }) => node.name))],
    })),
    weights: sites.weights.map(({ node }) => node.name),
    ...(engine && { engine }),
    inFloat: inHalf?.inFloat ?? [],
  }
}

interface ChosenSites extends GivenSites {
  readonly half: boolean
  readonly engine?: MigratedModel['engine']
}

type Choose = (
  known: PlacementModel,
  cache: TensorrtCache,
  names: { readonly model: string; readonly cache: string },
) => ChosenSites

async function fromEngine(layers: string, half = false): Promise<Choose> {
  const info = readLayerInfo(await readText(layers), layers)
  return (known, cache, names) => {
    const plan = planMigration(known, { layers: info, cache, names: { ...names, layers } })
    const { sites, ranges, ...engine } = plan
    return sites.activations.length > 0 || half
      ? { sites, ranges, half, engine }
      : refuseNothing(plan, layers)
  }
}

async function fromPlan(file: string): Promise<Choose> {
  const plan = await readPairPlan(file)
  return (known, { scales }, { model, cache }) => {
    checkPlan(plan, known, { plan: file, model })
    const ranges = Object.keys(plan.pairs).map(tensor => {
      const scale = scales.get(tensor)
      if (scale === undefined || !isScale(scale)) {
        throw new InputError(
          `${cache}: has ${scale === undefined ? 'no scale' : `a scale of ${scale}`} for tensor \`${tensor}\` of ${file}: give a calibration cache of this model`,
        )
      }
      return [tensor, { min: -127 * scale, max: 127 * scale }] as const
    })
    return { sites: sitesOfPlan(plan, known), ranges: new Map(ranges), half: plan.half }
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
