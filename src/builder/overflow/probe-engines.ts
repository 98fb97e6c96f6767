import { join } from 'node:path'
import { backendOf } from '../../backends/backends.ts'
import { openEngines } from '../../backends/onnxruntime/session/open-engines.ts'
import { floatSettings, sessionSettings } from '../../backends/onnxruntime/session/session-settings.ts'
import { exposeTensors } from '../../calibration/expose-tensors.ts'
import type { OpenEngines } from '../../engine/backend.ts'
import type { Feed } from '../../engine/tensor-info.ts'
import { indexGraph } from '../../onnx/graph.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { floatData } from '../../onnx/tensor.ts'
import { writeModel } from '../../onnx/write-model.ts'
import type { LayerProbe } from '../../quantize/layer-probe.ts'
import { type Crop, cropName, withCrops } from './crops.ts'
import type { OverflowOptions } from './overflow-options.ts'

/** What layers give on the same inputs, by the name of their output. */
export interface ProbedOutputs {
  readonly int8: Feed
  readonly float: Feed
}

/** Layers that are cut out, each as INT8 kernel of the target and in float arithmetic. */
export interface ProbeEngines {
  /** Runs the layers on the activations that a sample of the whole model gives; undefined if they cannot be run on it. */
  run(sample: Feed): Promise<ProbedOutputs | undefined>
  stop(): Promise<void>
}

/**
 * Opens the whole model for the activations that the layers read, the layers as the target runs them, and the layers in float.
 * Only the activations that these layers read leave the model.
 *
 * @param crops - windows of inputs that are looked at, by tensor name
 */
export async function openProbe(
  whole: ModelProto,
  probe: LayerProbe,
  crops: ReadonlyMap<string, Crop>,
  options: OverflowOptions,
): Promise<ProbeEngines> {
  const { target, directory, signal } = options
  const [activations, layers] = ['activations.onnx', 'layers.onnx'].map(name => join(directory, name)) as [
    string,
    string,
  ]
  const read = [...new Set(probe.layers.map(({ input }) => input))]
  const given = new Map(read.map(input => [input, crops.has(input) ? cropName(input) : input]))
  const own = new Map([...crops].filter(([input]) => given.has(input)))
  await writeModel(exposeTensors(withCrops(whole, own), given.values(), new Map(), 'nothing'), activations, {
    temporary: true,
  })
  await writeModel(probe.model, layers, { temporary: true })
  const isOnnxruntime = backendOf(target).runsOnnxruntimeKernels?.(target) === true
  const session = isOnnxruntime ? target : { threads: target.threads }
  const float = floatSettings(session)
  const engines = await openEngines(
    [
      { id: 'activations', model: activations, settings: float },
      ...(isOnnxruntime ? [{ id: 'int8', model: layers, settings: sessionSettings(session) }] : []),
      { id: 'float', model: layers, settings: float },
    ],
    { signal, reuse: true },
  )

  async function inputsOf(sample: Feed): Promise<Feed> {
    const names = [...given.values()].filter(name => !sample.has(name))
    const [computed] = names.length > 0 ? await engines.infer('activations', [sample], names) : [new Map()]
    return new Map([...given].map(([input, name]) => [input, (sample.get(name) ?? computed!.get(name))!]))
  }

  if (isOnnxruntime) {
    return {
      async run(sample) {
        const inputs = await inputsOf(sample)
        const [int8] = await engines.infer('int8', [inputs])
        const [inFloat] = await engines.infer('float', [inputs])
        return { int8: int8!, float: inFloat! }
      },
      stop: () => engines.stop(),
    }
  }
  const there = layersElsewhere(probe, options)
  return {
    async run(sample) {
      const inputs = there.onGrid(await inputsOf(sample))
      const int8 = await there.run(inputs)
      if (int8 === undefined) return undefined
      const [inFloat] = await engines.infer('float', [inputs])
      return { int8, float: inFloat! }
    },
    async stop() {
      await engines.stop()
      await there.stop()
    },
  }
}

/** The layers on a runtime that is not ONNX Runtime: it needs to know shapes, and may round an input otherwise. */
function layersElsewhere({ model, layers }: LayerProbe, { target, directory, signal }: OverflowOptions) {
  const inFloat32 = backendOf(target).inFloat32?.(target) ?? target
  const scales = indexGraph(model.graph!).constants
  const steps = new Map(
    layers.flatMap(({ input, inputScale }) => {
      const values = scales.get(inputScale ?? '')
      const [step, ...more] = values ? floatData(values) : []
      return step !== undefined && more.length === 0 ? [[input, step] as const] : []
    }),
  )
  let opened: { readonly engines: OpenEngines; readonly shapes: string } | undefined
  return {
    /** Inputs that the Q nodes give back as they are: what lies between two steps is rounded to either. */
    onGrid: (inputs: Feed): Feed =>
      new Map(
        [...inputs].map(([name, tensor]) => {
          const step = steps.get(name)
          const data = tensor.data as Float32Array
          return [
            name,
            step ? { ...tensor, data: data.map(value => Math.round(value / step) * step) } : tensor,
          ]
        }),
      ),
    async run(inputs: Feed): Promise<Feed | undefined> {
      const shapes = new Map([...inputs].map(([name, { shape }]) => [name, shape]))
      const key = JSON.stringify([...shapes])
      if (!opened) {
        const path = join(directory, 'layers-of-one-shape.onnx')
        await writeModel(exposeTensors(model, [], shapes), path, { temporary: true })
        const file = { id: 'int8', model: path }
        opened = {
          engines: await backendOf(inFloat32).open([file], inFloat32, { signal, reuse: true }),
          shapes: key,
        }
      }
      if (opened.shapes !== key) return undefined
      const [outputs] = await opened.engines.infer('int8', [inputs])
      return outputs
    },
    stop: async () => opened?.engines.stop(),
  }
}
