import { join } from 'node:path'
import { joinProfile } from '../../../src/backends/onnxruntime/profile/join-profile.ts'
import { openProfiledLaunch } from '../../../src/backends/onnxruntime/profile/profiled-launch.ts'
import { defaultTarget } from '../../../src/backends/resolve-target.ts'
import type { EngineProfile } from '../../../src/engine/engine-profile.ts'
import type { Target } from '../../../src/engine/target.ts'
import type { Feed } from '../../../src/engine/tensor-info.ts'
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { nameNodes } from '../../../src/quantize/name-nodes.ts'
import { randomFeed } from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/** Profiles a model in one process, on random numbers for an input `x` where no feeds are given. */
export async function profileModel(
  model: ModelProto,
  feeds?: readonly Feed[],
  target: Target = defaultTarget,
): Promise<EngineProfile> {
  const directory = await temporaryDirectory()
  const source = nameNodes(model)
  const path = join(directory, 'model.onnx')
  await writeModel(source, path)
  const launch = await openProfiledLaunch([{ id: 'model', model: path }], {
    feeds: feeds ?? [randomFeed('x', [1, 4, 8, 8])],
    target,
    directory,
  })
  for (let i = 0; i < 4; i++) await launch.measure()
  const { optimized, segments } = (await launch.endProfiling()).get('model')!
  await launch.stop()
  return joinProfile('model', { source, optimized, runs: segments.flat() })
}
