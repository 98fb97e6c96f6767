/**
 * How near an engine in INT8 throughout answers to float, by the method that chose its ranges; on the CPU: pairs of placement
 * `tensorrt` on ONNX Runtime, symmetric INT8 as TensorRT computes it. SQNR of the first output in dB, median and worst sample.
 *
 *     GPU_DATA=gpu-data npx tsx bench/gpu/simulated.ts [model ...]
 */
import { buildEngines } from '../../src/builder/build-engines.ts'
import { type MethodName, methods } from '../../src/calibration/methods.ts'
import { gpuSpec, type ModelName, modelNames } from './models.ts'

const methodNames = Object.keys(methods) as MethodName[]
const given = process.argv.slice(2) as ModelName[]
const names = given.length > 0 ? given : modelNames.filter(name => name !== 'silu')
console.log(`| model | ${methodNames.join(' | ')} |\n|---|${methodNames.map(() => '---|').join('')}`)
for (const name of names) {
  const { model, calibration: samples } = gpuSpec(name, {}, 1)
  const cells: string[] = []
  for (const calibration of methodNames) {
    const placement = { quantization: 'explicit', placement: 'tensorrt', outputError: 'none' } as const
    const spec = { model, calibration: samples, variants: { int8: { ...placement, calibration } } }
    const { int8 } = await buildEngines({ ...spec, target: { backend: 'onnxruntime' } })
    const [{ sqnr } = {}] = int8.outputErrors!.outputs
    cells.push(sqnr ? `${sqnr.median.toFixed(1)}, ${sqnr.worst.toFixed(1)}` : 'exact')
  }
  console.log(`| ${name} | ${cells.join(' | ')} |`)
}
