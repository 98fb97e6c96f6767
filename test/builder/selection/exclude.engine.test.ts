import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import type { ExplicitVariant, ImplicitVariant } from '../../../src/builder/variant.ts'
import { readModel } from '../../../src/onnx/read-model.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { residual } from '../../support/models/tiny-models.ts'
import { writeNpz } from '../../support/npz/write-npz.ts'
import { randomFloats } from '../../support/random-floats.ts'

let model: string
let calibration: string

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'quantract-'))
  model = join(directory, 'model.onnx')
  calibration = join(directory, 'calibration.npz')
  await writeModel(residual(), model)
  await writeNpz(calibration, { x: { shape: [8, 4, 8, 8], data: randomFloats(8 * 256, 'samples') } })
})

afterAll(() => rm(dirname(model), { recursive: true }))

async function build(variant: ExplicitVariant | ImplicitVariant) {
  const { int8 } = await buildEngines({ model, calibration, variants: { int8: variant }, buildSeconds: 40 })
  return int8
}

/** Convolutions with weights that come out of a DequantizeLinear. */
async function quantizedNodes(path: string) {
  const { graph } = await readModel(path)
  const made = new Map(graph!.node.flatMap(node => node.output.map(name => [name, node.opType])))
  return graph!.node
    .filter(({ opType, input }) => opType === 'Conv' && made.get(input[1]!) === 'DequantizeLinear')
    .map(({ name }) => name)
}

const explicit = { quantization: 'explicit', placement: 'onnxruntime' } as const

test('explicit has no pairs at what is excluded, and says so in notes and evidence', async () => {
  const exclude = { nodes: ['bran*'], operators: ['Add'] }
  const engine = await build({ ...explicit, exclude })
  expect(await quantizedNodes(engine.model)).toEqual(['stem', 'head'])
  expect(engine.operators.Conv).toEqual({ total: 3, int8: 2 })
  expect(engine.selection).toEqual({ exclude })
  expect(engine.notes).toContain('left in float by `exclude`: 1 Conv, 1 Add of 4 nodes')
})

test('another selection is another entry of the cache', async () => {
  const engine = await build({ ...explicit, include: { nodes: ['head'] } })
  expect(await quantizedNodes(engine.model)).toEqual(['head'])
  expect((await build(explicit)).operators.Conv!.int8).toBe(3)
  expect((await build({ ...explicit, include: { nodes: ['head'] } })).fromCache).toBe(true)
})

test('implicit plans nothing of what is excluded', async () => {
  const { plan, notes } = await build({ quantization: 'implicit', exclude: { nodes: ['branch', 'stem'] } })
  expect(plan!.layers.map(({ node }) => node)).not.toContain('branch')
  expect(plan!.layers.map(({ node }) => node)).toContain('head')
  expect(notes).toContain('left in float by `exclude`: 2 Conv of 4 nodes')
})

test("a selection does not go with the user's own Q/DQ pairs", async () => {
  const { model: own } = await build(explicit)
  const building = build({ quantization: 'explicit', model: own, exclude: { operators: ['Conv'] } })
  await expect(building).rejects.toThrow(/the Q\/DQ pairs of its `model` decide what runs in INT8/)
})
