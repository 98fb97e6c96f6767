import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mean, median, min } from 'simple-statistics'
import { quietRuns } from '../../src/backends/onnxruntime/profile/choose-runs.ts'
import { type KernelRun, parseKernelProfile } from '../../src/backends/onnxruntime/profile/kernel-profile.ts'
import { openEngines } from '../../src/backends/onnxruntime/session/open-engines.ts'
import { zeroFeed } from '../../src/engine/feeds/zero-feed.ts'
import { TensorProto_DataType as DataType, type ModelProto, type NodeProto } from '../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { floatValue } from '../../test/support/models/model-builder.ts'
import { cutModel } from './cut-model.ts'

/** One kernel by itself, in µs. */
export interface ChainCost {
  /** Without the profiler. */
  readonly kernel: number
  /** What the profiler adds to it. */
  readonly added: number
}

const [few, many] = [2, 22]
const [rounds, perSegment, perProfile] = [12, 8, 3]

const elementTypes: Readonly<Record<string, DataType>> = {
  float: DataType.FLOAT,
  uint8: DataType.UINT8,
  int8: DataType.INT8,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
}

/**
 * Runs a kernel many times over in one model: what each further copy takes without the profiler is what the kernel takes,
 * and what its profile shows beyond that is the profiler's.
 *
 * @param directory - empty, for the models and the profile
 */
export async function chainCost(
  optimized: ModelProto,
  node: NodeProto,
  kernel: KernelRun,
  directory: string,
): Promise<ChainCost> {
  const constants = new Set(optimized.graph!.initializer.map(({ name }) => name))
  const given = node.input.filter(name => name !== '')
  const inputs = given.flatMap((name, position) => {
    if (constants.has(name) || given.indexOf(name) < position) return []
    const { type, shape } = kernel.inputs[position]!
    const value = floatValue(name, shape)
    if (value.type!.value.case === 'tensorType') value.type!.value.value.elemType = elementTypes[type]!
    return [value]
  })
  const chain = async (copies: number) => {
    const nodes = Array.from(
      { length: copies },
      (_, copy): NodeProto => ({
        ...node,
        name: `${node.name}_${copy}`,
        output: node.output.map(name => name && `${name}_${copy}`),
      }),
    )
    const path = join(directory, `${copies}.onnx`)
    await writeModel(cutModel(optimized, nodes, inputs), path)
    return path
  }
  const settings = { threads: 1, level: 'disabled' } as const
  const [short, long] = [await chain(few), await chain(many)]
  const engines = await openEngines(
    [
      { id: 'short', model: short, settings },
      { id: 'long', model: long, settings },
      { id: 'profiled', model: long, settings: { ...settings, profilePrefix: join(directory, 'profile') } },
    ],
    { pinTo: 1 },
  )
  try {
    await engines.feed([zeroFeed(engines.signatures.get('long')!.inputs, 1)])
    const slopes: number[] = []
    for (let round = 0; round <= rounds; round++) {
      const milliseconds = await engines.time(['short', 'long', 'long', 'short'], perSegment)
      const least = (segment: number) =>
        1000 * min([...milliseconds.subarray(segment * perSegment, (segment + 1) * perSegment)])
      // The first round warms up.
      if (round > 0) slopes.push((least(1) + least(2) - least(0) - least(3)) / 2 / (many - few))
      await engines.time(['profiled'], perProfile)
    }
    await engines.close('profiled')
    const profile = (await readdir(directory)).find(name => name.startsWith('profile'))!
    const runs = parseKernelProfile(await readFile(join(directory, profile), 'utf8')).slice(perProfile)
    const quiet = quietRuns(
      Array.from({ length: rounds }, (_, round) => runs.slice(round * perProfile, (round + 1) * perProfile)),
    )
    // The first copy finds the caches cold. Times are rounded down.
    const profiled = quiet.map(
      run => mean([...run.values()].slice(1).map(([copy]) => copy!.microseconds)) + 0.5,
    )
    const took = median(slopes)
    return { kernel: took, added: median(profiled) - took }
  } finally {
    await engines.stop()
  }
}
