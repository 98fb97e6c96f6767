import { expect, test } from 'vitest'
import type { EngineProfile } from '../../../src/engine/engine-profile.ts'
import { alignLayers } from '../../../src/explain/alignment/align-layers.ts'
import { causes } from '../../../src/explain/causes.ts'
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { randomFeed } from '../../support/models/model-builder.ts'
import { cleanModel, type Mistake, mistakes, naiveModel } from './naive-model.ts'
import { profileModel } from './profile-model.ts'

const profile = (model: ModelProto) => profileModel(model, [randomFeed('x', [1, 8, 64, 64])])
const named = new Set(mistakes.map(({ cause }) => cause))

/** What the causes that were planted say about an engine beside another, each layer counting as one µs. */
function sentences(subject: EngineProfile, other: EngineProfile): ReadonlyMap<string, string> {
  const rows = alignLayers(subject, other).groups.map(({ a, b }) => ({ subject: a, other: b }))
  const found = causes.flatMap(cause => {
    const finding = named.has(cause.name) && cause.find({ subject, other, rows, timeOf: () => 1 })
    return finding ? [[cause.name, finding.sentence] as const] : []
  })
  return new Map(found)
}

test('every planted mistake is named, and none in the clean twin', async () => {
  const [naive, clean] = [await profile(naiveModel()), await profile(cleanModel())]
  const found = sentences(naive, clean)
  for (const { cause, names } of mistakes) expect(found.get(cause)).toContain(names)
  expect(sentences(clean, naive)).toEqual(new Map())
})

test.each(mistakes)('without its mistake, $cause is no longer named, and all others are', async mistake => {
  const left: readonly Mistake[] = mistakes.filter(each => each !== mistake)
  const [naive, clean] = [await profile(naiveModel(left)), await profile(cleanModel())]
  expect([...sentences(naive, clean).keys()].toSorted()).toEqual(left.map(({ cause }) => cause).toSorted())
})
