import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openEngines } from '../../../../src/backends/onnxruntime/session/open-engines.ts'
import { formatTensorrtCache } from '../../../../src/backends/tensorrt/calibration-cache.ts'
import { planMigration } from '../../../../src/backends/tensorrt/migration/plan-migration.ts'
import { readLayerInfo } from '../../../../src/backends/tensorrt/plan/read-layer-info.ts'
import { migratedModel } from '../../../../src/builder/migration/migrated-model.ts'
import { float16ToNumber } from '../../../../src/data/float16.ts'
import { asType } from '../../../../src/engine/feeds/as-type.ts'
import type { Feed, FeedTensor } from '../../../../src/engine/tensor-info.ts'
import { TensorProto_DataType as DataType, type ModelProto } from '../../../../src/onnx/onnx_pb.ts'
import { floatData } from '../../../../src/onnx/tensor.ts'
import { writeModel } from '../../../../src/onnx/write-model.ts'
import { placementModel } from '../../../../src/quantize/placement.ts'
import { quantizableForm } from '../../../../src/quantize/quantizable-form.ts'
import { randomFeed } from '../../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../../support/temporary-directory.ts'
import { byTheRule, type MadeLayer, madeEngine } from './made-engine.ts'
import { madeNetworks } from './made-networks.ts'

const names = { layers: 'layers.json', cache: 'model.cache', model: 'model.onnx' }

/** One scale for all tensors: wide enough for most of them. */
function cacheOf({ graph }: ModelProto) {
  const tensors = [...graph!.input.map(({ name }) => name), ...graph!.node.flatMap(({ output }) => output)]
  return {
    header: { algorithm: 'EntropyCalibration2', version: 100600 },
    scales: new Map(tensors.map(name => [name, Math.fround(4 / 127)])),
    lineEnd: '\n',
  } as const
}

function planOf(model: ModelProto, layers: readonly MadeLayer[]) {
  const { sites, reads, lost } = planMigration(placementModel(quantizableForm(model).model), {
    layers: readLayerInfo(JSON.stringify({ Layers: layers }), names.layers),
    cache: cacheOf(model),
    names,
  })
  const pairs = sites.activations.flatMap(({ tensor, readers }) =>
    readers === 'all'
      ? [tensor]
      : readers.map(({ node, input }) => `${tensor.replace(/_float32$/, '')} -> ${node.name}:${input}`),
  )
  const weights = sites.weights.map(({ node }) => node.name)
  return { pairs: pairs.sort(), weights: weights.sort(), lost: lost.length, reads }
}

describe.each(madeNetworks)('any engine of %s', (_, __, model) => {
  test('gives the pairs and weights of the rule, and counts that add up', () => {
    fc.assert(
      fc.property(madeEngine(model), layers => {
        expect(planOf(model, layers)).toEqual(byTheRule(layers, model))
      }),
    )
  })
})

function numbersOf({ type, data }: Pick<FeedTensor, 'type' | 'data'>): number[] {
  const isBits = type === 'float16' && data instanceof Uint16Array
  return [...data].map(value => (isBits ? float16ToNumber(Number(value)) : Number(value)))
}

/** Signal to noise of one output against another, dB. */
function decibels(signal: Feed, other: Feed): number {
  let [power, noise] = [0, 0]
  for (const [name, { type, data, shape }] of signal) {
    expect(other.get(name)!.shape).toEqual(shape)
    const values = numbersOf(other.get(name)!)
    for (const [i, value] of numbersOf({ type, data }).entries()) {
      power += value ** 2
      noise += (value - values[i]!) ** 2
    }
  }
  return 10 * Math.log10(power / (noise || Number.MIN_VALUE))
}

test('files run on ONNX Runtime, and in half give what they give in float', async () => {
  const folder = await temporaryDirectory()
  const files: { readonly name: string; readonly shape: readonly number[]; readonly paths: string[] }[] = []
  for (const [position, [name, shape, model]] of madeNetworks.entries()) {
    const at = (file: string) => join(folder, `${position}.${file}`)
    await writeModel(model, at('onnx'))
    await writeFile(at('cache'), formatTensorrtCache(cacheOf(model)))
    for (const [sample, layers] of fc.sample(madeEngine(model), { numRuns: 2, seed: position }).entries()) {
      await writeFile(at('json'), JSON.stringify({ Layers: layers }))
      const paths = await Promise.all(
        [false, true].map(async half => {
          const from = { layers: at('json') }
          const { model: explicit } = await migratedModel({
            model: at('onnx'),
            from,
            cache: at('cache'),
            half,
          })
          for (const each of explicit.graph!.initializer) {
            // Half has no scales below 6e-8, and none above 65,504: Q and DQ would divide by zero.
            if (each.name.endsWith('_scale') && each.dataType === DataType.FLOAT16) {
              expect(floatData(each).every(scale => scale > 0 && Number.isFinite(scale))).toBe(true)
            }
          }
          const path = at(`${sample}.${half}.onnx`)
          await writeModel(explicit, path)
          return path
        }),
      )
      files.push({ name, shape, paths })
    }
  }
  const all = files.flatMap(({ paths }) => paths)
  const engines = await openEngines(all.map(path => ({ id: path, model: path, settings: { threads: 1 } })))
  try {
    for (const { name, shape, paths } of files) {
      const { type } = engines.signatures.get(paths[0]!)!.inputs[0]!
      const { data } = randomFeed('x', shape).get('x')!
      const feed = new Map([['x', { type, shape, data: asType(data, type) }]])
      const [float, half] = await Promise.all(
        paths.map(async path => (await engines.infer(path, [feed]))[0]!),
      )
      expect.soft(decibels(float!, half!), name).toBeGreaterThan(20)
    }
  } finally {
    await engines.stop()
  }
})
