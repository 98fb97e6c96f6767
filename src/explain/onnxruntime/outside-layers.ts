import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { median } from 'simple-statistics'
import { openEngines } from '../../engine/onnxruntime/open-engines.ts'
import type { LaunchOptions } from '../../engine/onnxruntime/profiled-launch.ts'
import { copyModel } from '../../onnx/copy-model.ts'
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  ValueInfoProtoSchema,
} from '../../onnx/onnx_pb.ts'
import { makeTensor } from '../../onnx/tensor.ts'
import { writeModel } from '../../onnx/write-model.ts'

const segments = 60
const segmentLength = 10

/**
 * What an inference takes beside its layers, in µs: a model that takes the same inputs and has no layers at all, since
 * its outputs are constants.
 *
 * @param directory - for the model; nothing in it is called `empty.onnx`
 * @returns the quiet latency, as of the engines that it is compared with
 */
export async function outsideLayers(
  model: ModelProto,
  { feeds, threads, directory, signal }: LaunchOptions,
): Promise<number> {
  const path = join(directory, 'empty.onnx')
  const empty = copyModel(model)
  const graph = empty.graph!
  graph.node = []
  graph.initializer = graph.output.map(({ name }) => makeTensor(name, [1], Float32Array.of(0)))
  graph.valueInfo = []
  const type = { value: { case: 'tensorType', value: { elemType: DataType.FLOAT } } } as const
  graph.output = graph.output.map(({ name }) => create(ValueInfoProtoSchema, { name, type }))
  await writeModel(empty, path)
  const engines = await openEngines([{ id: 'empty', model: path, settings: { threads } }], {
    pinTo: threads,
    signal,
  })
  try {
    await engines.feed(feeds)
    const order = Array<string>(segments).fill('empty')
    // The first time warms up.
    await engines.time(order, segmentLength)
    const milliseconds = await engines.time(order, segmentLength)
    const quiet = order.map((_, segment) =>
      Math.min(...milliseconds.subarray(segment * segmentLength, (segment + 1) * segmentLength)),
    )
    return 1000 * median(quiet)
  } finally {
    await engines.stop()
  }
}
