import { join } from 'node:path'
import { openEngines } from '../../src/backends/onnxruntime/session/open-engines.ts'
import { qdqInFloat } from '../../src/backends/onnxruntime/session/session-settings.ts'
import { calibrate } from '../../src/calibration/calibrate.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import type { Feed } from '../../src/engine/tensor-info.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { type PlacementName, placements } from '../../src/quantize/placements.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { reduceWeights } from '../../src/quantize/rewrites/reduce-weights.ts'
import { weightedNode } from '../../src/quantize/weighted-node.ts'
import { operators } from '../support/describe-graph.ts'
import { randomFeed } from '../support/models/model-builder.ts'
import { sevenBitsFor } from '../support/models/seven-bits.ts'
import { quantizableNodes } from '../support/quantizable-nodes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const names = Object.keys(placements) as PlacementName[]

/**
 * Largest error that an engine may have, relative to the float model. On CPUs without VNNI integer kernels overflow
 * with 8-bit weights (that is what 7 bits are for), so those are judged by what they give in float arithmetic.
 */
export function allowed(id: string): number {
  if (id === 'float') return 0
  if (id.endsWith('in float')) return 0.02
  return /7 bits|reduced/.test(id) ? 0.04 : 1
}

/** Runs the float model x -> y and every placement of it that has a node to quantize, each with 8 and with 7 bits, on the ONNX Runtime that is installed. */
export async function runPlacements(
  model: ModelProto,
  shape: readonly number[],
  wanted: readonly PlacementName[] = names,
) {
  const variants = wanted.filter(placement => quantizableNodes(model, placement).length > 0)
  const directory = await temporaryDirectory()
  const file = (name: string) => join(directory, `${name}.onnx`)
  await writeModel(model, file('float'))
  const feeds = ['a', 'b', 'c', 'd'].map(seed => randomFeed('x', shape, seed))
  const ranges = await calibrate({
    model: file('float'),
    data: dataset(feeds),
    method: 'minmax',
    grid: 'uint8',
  })

  const form = quantizableForm(model)
  const models = new Map([['float', model]])
  for (const placement of variants) {
    const quantized = quantizeModel(form, { ranges, placement })
    const { graph } = form.model
    const index = indexGraph(graph!)
    const quantizable = new Set(quantizableNodes(model, placement).map(({ name }) => name))
    const weighted = graph!.node.filter(node => quantizable.has(node.name) && weightedNode(index, node))
    const weightLimits = sevenBitsFor(weighted.map(({ name }) => name))
    models.set(placement, quantized)
    models.set(`${placement} with 7 bits`, quantizeModel(form, { ranges, placement, weightLimits }))
    models.set(`${placement} reduced`, reduceWeights(quantized, weightLimits))
  }
  for (const [name, quantized] of models) await writeModel(quantized, file(name))
  const engines = await openEngines([
    ...[...models.keys()].map(id => ({
      id,
      model: file(id),
      settings: { threads: 1, optimizedModelPath: file(`${id} optimized`) },
    })),
    ...variants.map(id => ({
      id: `${id} in float`,
      model: file(id),
      settings: { threads: 1, config: qdqInFloat },
    })),
  ])
  const infer = async (id: string) => {
    const outputs = await engines.infer(id, feeds)
    return outputs.map(output => output.get('y')!.data as Float32Array)
  }
  const float = await infer('float')
  const errors = new Map<string, number>()
  for (const id of engines.signatures.keys()) errors.set(id, relativeError(await infer(id), float))
  await engines.stop()
  return { errors, fused: async (id: string) => operators(await readModel(file(`${id} optimized`))) }
}

function dataset(feeds: readonly Feed[]): Dataset {
  const tensors = feeds.map(feed => feed.get('x')!)
  const shape = [feeds.length, ...tensors[0]!.shape.slice(1)]
  const data = Float32Array.from(tensors.flatMap(tensor => [...(tensor.data as Float32Array)]))
  return { source: 'test', sha256: '', size: feeds.length, inputs: new Map([['x', { shape, data }]]) }
}

/** Root mean square of the difference, relative to that of the float model's output. */
function relativeError(outputs: readonly Float32Array[], expected: readonly Float32Array[]): number {
  const values = outputs.flatMap(output => [...output])
  const wanted = expected.flatMap(output => [...output])
  const power = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value ** 2, 0)
  return Math.sqrt(power(values.map((value, i) => value - wanted[i]!)) / power(wanted))
}
