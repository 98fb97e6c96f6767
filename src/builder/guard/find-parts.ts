import { join } from 'node:path'
import { backendOf } from '../../backends/backends.ts'
import { exposeTensors } from '../../calibration/expose-tensors.ts'
import { feedsOf } from '../../engine/feeds/feeds.ts'
import { indexGraph } from '../../onnx/graph.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { floatTarget } from '../float-target.ts'
import type { BuildTask } from '../task.ts'
import { type OutputPart, outputParts, tensorsOfParts } from './output-parts.ts'

/**
 * The parts of every output, by its name, as far as the first sample shows them. Empty if no output is joined from several
 * tensors.
 */
export async function findParts(
  model: ModelProto,
  { context: { guard, target }, source, scratch, signal }: BuildTask,
): Promise<ReadonlyMap<string, readonly OutputPart[]>> {
  const index = indexGraph(model.graph!)
  const asked = new Map([...index.outputs].map(output => [output, tensorsOfParts(index, output)]))
  const tensors = [...new Set([...asked.values()].flat())]
  if (tensors.length === 0) return new Map()
  const path = join(scratch, 'parts.onnx')
  await writeModel(exposeTensors(model, tensors, new Map()), path, { temporary: true })
  const on = floatTarget(target)
  const engines = await backendOf(on)
    .open([{ id: 'parts', model: path }], on, { signal, reuse: true })
    .catch(() => undefined)
  signal?.throwIfAborted()
  // A runtime that cannot give a tensor out can still run the model: its outputs count as they are.
  if (!engines) return new Map()
  try {
    const [feed] = feedsOf(guard!.data, source.inputs, target.batch, 1)
    const inputs = new Set(index.inputs.map(({ name }) => name))
    const made = tensors.filter(name => !inputs.has(name))
    const [found] = await engines.infer('parts', [feed!], made)
    const shapes = new Map([...feed!, ...found!].map(([name, { shape }]) => [name, shape]))
    return new Map([...asked.keys()].map(output => [output, outputParts(index, output, shapes)]))
  } finally {
    await engines.stop()
  }
}
