import { join } from 'node:path'
import { outputError } from '../../src/accuracy/output-error.ts'
import { openEngines } from '../../src/backends/onnxruntime/session/open-engines.ts'
import { quantizeFile } from '../../src/builder/quantize-file.ts'
import type { MethodName } from '../../src/calibration/methods.ts'
import type { NdArray } from '../../src/data/ndarray.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import type { PlacementName } from '../../src/quantize/placements.ts'
import { writeNpz } from './npz/write-npz.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export interface Quantized {
  readonly model: ModelProto
  readonly notes: readonly string[]
  /** By output: SQNR in dB over all held-back samples; `from` and `to` choose elements of each sample. */
  readonly sqnr: (output: string, from?: number, to?: number) => number
}

/** Samples of every input, first axis = samples. */
export type Samples = Readonly<Record<string, NdArray>>

/** Quantizes a model as the command does, explicit by placement, on all samples but the last quarter, and runs both on that. */
export async function quantized(
  model: ModelProto,
  samples: Samples,
  {
    placement = 'onnxruntime',
    method = 'mse',
  }: { readonly placement?: PlacementName; readonly method?: MethodName } = {},
): Promise<Quantized> {
  const directory = await temporaryDirectory()
  const [float, int8, calibration] = ['float.onnx', 'int8.onnx', 'calibration.npz'].map(name =>
    join(directory, name),
  ) as [string, string, string]
  await writeModel(model, float)
  const size = Object.values(samples)[0]!.shape[0]!
  const first = Math.floor((size * 3) / 4)
  await writeNpz(calibration, Object.fromEntries(entries(samples, 0, first)))
  const { engine } = await quantizeFile({
    model: float,
    calibration,
    method,
    variant: { to: 'explicit', placement },
    out: int8,
  })
  const outputs = await run([float, int8], samples, first, size)
  return {
    model: await readModel(int8),
    notes: engine!.notes,
    sqnr: (output, from, to) => {
      const [reference, found] = outputs.map(runs =>
        runs.flatMap(values => values.get(output)!.slice(from, to)),
      )
      return outputError(reference!, found!).sqnr
    },
  }
}

/** Outputs of each model, by sample. */
async function run(models: readonly string[], samples: Samples, first: number, end: number) {
  const engines = await openEngines(models.map(model => ({ id: model, model, settings: { threads: 1 } })))
  try {
    const feeds = Array.from({ length: end - first }, (_, i) => {
      const sample = entries(samples, first + i, first + i + 1)
      return new Map(
        sample.map(([name, { shape, data }]) => {
          const type = data instanceof Float32Array ? ('float32' as const) : ('int64' as const)
          return [name, { type, shape, data: data as Float32Array }]
        }),
      )
    })
    const outputs = []
    for (const model of models) {
      const results = await engines.infer(model, feeds)
      outputs.push(
        results.map(
          result =>
            new Map([...result].map(([name, { data }]) => [name, Array.from(data as Float32Array, Number)])),
        ),
      )
    }
    return outputs
  } finally {
    await engines.stop()
  }
}

function entries(samples: Samples, from: number, to: number): [string, NdArray][] {
  return Object.entries(samples).map(([name, { shape, data }]) => {
    const [size, ...sample] = shape
    const length = data.length / size!
    return [
      name,
      { shape: [to - from, ...sample], data: data.slice(from * length, to * length) as Float32Array },
    ]
  })
}
