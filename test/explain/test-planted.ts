import { expect, test } from 'vitest'
import type { EngineProfile, ProfiledLayer } from '../../src/engine/engine-profile.ts'
import type { Target } from '../../src/engine/target.ts'
import { alignLayers } from '../../src/explain/alignment/align-layers.ts'
import type { Cause, Finding } from '../../src/explain/cause.ts'
import { mismatchedBias } from '../../src/explain/causes/mismatched-bias.ts'
import { remedies } from '../../src/explain/remedies.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { nameNodes } from '../../src/quantize/name-nodes.ts'
import { removeQdq } from '../../src/quantize/rewrites/remove-qdq.ts'
import { unitRanges } from '../support/unit-ranges.ts'
import { profileModel } from './onnxruntime/profile-model.ts'

/** A small ONNX model that shows a cause, and its twin that does not. */
export interface Planted {
  readonly bad: () => ModelProto
  readonly good: () => ModelProto
  /** The model that each is compared with. Default: its twin. */
  readonly beside?: (model: ModelProto) => ModelProto
  /** A name that the sentence must hold. */
  readonly names: string
  /** Time of a layer in µs, so that what is found depends on the layers alone. Default: 1 for each. */
  readonly timeOf?: (layer: ProfiledLayer) => number
  /** Where all of them run. Default: the runtime's own settings. */
  readonly target?: Target
  /** Whether the remedy that the cause names takes it away. */
  readonly curable?: true
}

/** Runs both models on ONNX Runtime: the cause must be found in the one and not in the other, nor after its remedy. */
export function testPlanted(cause: Cause, planted: Planted): void {
  const { bad, good, beside, names, timeOf, target, curable } = planted
  const profile = (model: ModelProto) => profileModel(model, undefined, target)
  const find = (subject: EngineProfile, other: EngineProfile, by = cause): Finding | undefined => {
    const rows = alignLayers(subject, other).groups.map(({ a, b }) => ({ subject: a, other: b }))
    return by.find({ subject, other, rows, timeOf: timeOf ?? (() => 1) })
  }
  const besideOf = async (model: ModelProto, twin: EngineProfile) =>
    beside ? profile(beside(nameNodes(model))) : twin

  test(`${cause.name} is found where it is planted, and not beside it`, async () => {
    const [ill, well] = [await profile(bad()), await profile(good())]
    const [besideIll, besideWell] = [await besideOf(bad(), well), await besideOf(good(), ill)]
    const found = find(ill, besideIll)
    expect(found?.sentence).toContain(names)
    expect(find(well, besideWell)).toBeUndefined()
    if (!curable) return

    const remedy = remedies.find(({ id }) => id === found!.remedyId)!
    const model = nameNodes(bad())
    const layers = found!.costs.flatMap(({ layer }) => (layer.kind === 'compute' ? layer.nodes : []))
    const nodes = new Set(found!.nodes ?? layers)
    const cured = remedy.apply({ model, nodes, ranges: unitRanges(removeQdq(model).model) })!
    const healthy = await profile(cured)
    expect(find(healthy, besideIll)).toBeUndefined()
    // A changed grid must not leave biases behind in steps of the old one.
    expect(find(healthy, besideIll, mismatchedBias)).toBeUndefined()
  })
}
