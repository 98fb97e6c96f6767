/**
 * Peak memory of `quantize --to explicit` on a large image: a convolutional network of about 85 MB (or so many as given)
 * at 1024x1024, one sample. Memory is the sum over all processes, sampled every 20 ms, by step of the build.
 *
 *     npm run bench:memory [width] [size]
 *
 * Needs /proc. The network is made here; its weights are random.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { quantizeFile } from '../src/builder/quantize-file.ts'
import { makeNode } from '../src/onnx/node.ts'
import type { ModelProto, NodeProto, TensorProto } from '../src/onnx/onnx_pb.ts'
import { writeModel } from '../src/onnx/write-model.ts'
import { buildModel, randomTensor } from '../test/support/models/model-builder.ts'
import { writeNpz } from '../test/support/npz/write-npz.ts'
import { randomFloats } from '../test/support/random-floats.ts'

const [width = 64, size = 1024] = process.argv.slice(2).map(Number)
const everyMilliseconds = 20

/** Four stages of residual blocks with bottlenecks, as in ResNet-50. */
function network(): ModelProto {
  const nodes: NodeProto[] = []
  const initializers: TensorProto[] = []
  const conv = (
    name: string,
    input: string,
    [from, to]: readonly [number, number],
    kernel = 1,
    stride = 1,
  ) => {
    const pad = BigInt(Math.floor(kernel / 2))
    initializers.push(
      randomTensor(`${name}.weight`, [to, from, kernel, kernel], Math.sqrt(3 / (from * kernel * kernel))),
      randomTensor(`${name}.bias`, [to], 0.1),
    )
    const attributes = {
      kernel_shape: [BigInt(kernel), BigInt(kernel)],
      pads: [pad, pad, pad, pad],
      strides: [BigInt(stride), BigInt(stride)],
    }
    nodes.push(makeNode('Conv', name, [input, `${name}.weight`, `${name}.bias`], [name], attributes))
    return name
  }
  const relu = (input: string) => {
    nodes.push(makeNode('Relu', `${input}.relu`, [input], [`${input}.relu`]))
    return `${input}.relu`
  }
  let last = relu(conv('stem', 'image', [3, width], 7, 2))
  let channels = width
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const [narrow, wide] = [width * 2 ** stage, width * 4 * 2 ** stage]
    for (let block = 0; block < blocks; block++) {
      const name = `stage${stage}/block${block}`
      const stride = block === 0 ? 2 : 1
      const skip = block === 0 ? conv(`${name}/skip`, last, [channels, wide], 1, stride) : last
      const reduced = relu(conv(`${name}/reduce`, last, [channels, narrow]))
      const middle = relu(conv(`${name}/middle`, reduced, [narrow, narrow], 3, stride))
      const expanded = conv(`${name}/expand`, middle, [narrow, wide])
      nodes.push(makeNode('Add', `${name}/add`, [expanded, skip], [`${name}/add`]))
      last = relu(`${name}/add`)
      channels = wide
    }
  }
  nodes.push(makeNode('GlobalAveragePool', 'pool', [last], ['pool']))
  return buildModel({ inputs: { image: ['batch', 3, size, size] }, outputs: ['pool'], nodes, initializers })
}

/** Resident bytes of a process and all that it started; what they share is counted once for each. */
async function memoryOf(root: number): Promise<number> {
  const parents = new Map<number, number>()
  const resident = new Map<number, number>()
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '')
    parents.set(Number(entry), Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]))
    resident.set(Number(entry), 1024 * Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0))
  }
  const descends = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 0 && descends(parents.get(pid)))
  return [...resident].reduce((sum, [pid, bytes]) => sum + (descends(pid) ? bytes : 0), 0)
}

const directory = await mkdtemp(join(tmpdir(), 'quantract-bench-'))
process.env.QUANTRACT_CACHE = join(directory, 'cache')
try {
  const [model, calibration] = [join(directory, 'network.onnx'), join(directory, 'sample.npz')]
  await writeModel(network(), model)
  const shape = [1, 3, size, size]
  await writeNpz(calibration, { image: { shape, data: randomFloats(3 * size * size, 'image') } })
  globalThis.gc?.()

  let step = 'reading the model'
  const peaks = new Map<string, number>()
  const ends = new Map<string, number>()
  const watching = new AbortController()
  const start = performance.now()
  const watch = (async () => {
    while (!watching.signal.aborted) {
      const bytes = await memoryOf(process.pid)
      peaks.set(step, Math.max(peaks.get(step) ?? 0, bytes))
      ends.set(step, (performance.now() - start) / 1000)
      await setTimeout(everyMilliseconds)
    }
  })()
  await quantizeFile(
    {
      model,
      calibration,
      method: 'mse',
      variant: { to: 'explicit', placement: 'onnxruntime' },
      out: join(directory, 'int8.onnx'),
    },
    { onProgress: line => (step = line) },
  )
  watching.abort()
  await watch
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`
  for (const [name, bytes] of peaks)
    console.log(`${name}: ${gigabytes(bytes)}, until ${ends.get(name)!.toFixed(0)} s`)
  console.log(
    `peak ${gigabytes(Math.max(...peaks.values()))}, ${((performance.now() - start) / 1000).toFixed(1)} s`,
  )
} finally {
  await rm(directory, { recursive: true, force: true })
}
