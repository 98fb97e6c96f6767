import { join } from 'node:path'
import type { KernelRun } from '../../src/backends/onnxruntime/profile/kernel-profile.ts'
import { openProfiledLaunch } from '../../src/backends/onnxruntime/profile/profiled-launch.ts'
import { openEngines } from '../../src/backends/onnxruntime/session/open-engines.ts'
import { defaultTarget } from '../../src/backends/resolve-target.ts'
import { zeroFeed } from '../../src/engine/feeds/zero-feed.ts'
import type { Feed } from '../../src/engine/tensor-info.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { nameNodes } from '../../src/quantize/name-nodes.ts'

/** A model as ONNX Runtime runs it. */
export interface Optimized {
  /** Path of the model, with a name for every node. */
  readonly path: string
  readonly feed: Feed
  readonly model: ModelProto
  /** Kernel of each node, by its name. */
  readonly kernels: ReadonlyMap<string, KernelRun>
}

/** @param directory - empty, for the files that the runtime writes */
export async function optimize(file: string, directory: string): Promise<Optimized> {
  const path = join(directory, 'model.onnx')
  await writeModel(nameNodes(await readModel(file)), path)
  const plain = await openEngines([{ id: 'model', model: path, settings: { threads: 1 } }])
  const feed = zeroFeed(plain.signatures.get('model')!.inputs, 1)
  await plain.stop()
  const launch = await openProfiledLaunch([{ id: 'model', model: path }], {
    feeds: [feed],
    target: defaultTarget,
    directory,
  })
  await launch.measure()
  await launch.measure()
  const { optimized, segments } = (await launch.endProfiling()).get('model')!
  await launch.stop()
  const kernels = new Map([...segments[0]![0]!].map(([name, [kernel]]) => [name, kernel!]))
  return { path, feed, model: optimized, kernels }
}
