/**
 * Are ranges by `minmax`, and the weights, scales and zero points made from them, those of ONNX Runtime's Python quantizer,
 * bit for bit? Every tensor that both know is compared; the Python tool quantizes the model itself, ours its own copy of it.
 *
 *     npm run bench:python-twin [model...]
 *
 * Needs the models where QUANTRACT_SHARED says and a Python with onnxruntime, onnx and numpy (QUANTRACT_PYTHON, default
 * python3). Exits with 1 where something differs.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { calibrate } from '../../src/calibration/calibrate.ts'
import { openSamples } from '../../src/data/open-samples.ts'
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  type TensorProto,
} from '../../src/onnx/onnx_pb.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { tensorData } from '../../src/onnx/tensor.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { shared } from '../../test/support/shared.ts'
import { calibrationData } from './calibration-data.ts'
import { writeSamples } from './write-samples.ts'

const samples = 20
const given = process.argv.slice(2)
const names = given.length > 0 ? given : ['resnet20_cifar10', 'squeezenet1.1', 'mobilenetv2_1.0_224']
const sources = calibrationData(shared('models', 'eval'))
const directory = await mkdtemp(join(tmpdir(), 'quantract-twin-'))
let different = 0
try {
  for (const name of names) {
    const [path, npy, out] = [
      shared('models', `${name}.onnx`),
      join(directory, 'data.npy'),
      join(directory, 'out.onnx'),
    ]
    await writeSamples(npy, sources[name]!, samples)
    const script = join(import.meta.dirname, 'python_twin.py')
    const { stdout } = await execa(process.env.QUANTRACT_PYTHON ?? 'python3', [
      script,
      path,
      npy,
      String(samples),
      out,
    ])
    const python = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
      ranges: Record<string, [number, number]>
    }

    const model = await readModel(path)
    const input = model.graph!.input.find(
      ({ name }) => !model.graph!.initializer.some(each => each.name === name),
    )!
    const data = await openSamples({ npy }, [{ name: input.name, type: 'float32' }], 'calibration')
    const ranges = await calibrate({ model: path, data, method: 'minmax', grid: 'uint8' })
    // Ours contain 0 already, since every grid has it; the Python tool widens them later.
    const common = [...ranges].filter(([tensor]) => Object.hasOwn(python.ranges, tensor))
    const equal = common.filter(([tensor, { min, max }]) => {
      const [low, high] = python.ranges[tensor]!
      return Object.is(min + 0, Math.min(low, 0) + 0) && Object.is(max + 0, Math.max(high, 0) + 0)
    })
    const constants = compare(quantizeModel(quantizableForm(model), { ranges }), await readModel(out))
    different += common.length - equal.length + constants.different.length
    console.log(
      `${name}: ${equal.length} of ${common.length} ranges, ${constants.equal} of ${constants.all} constants equal`,
    )
    for (const tensor of constants.different) console.log(`  ${tensor} differs`)
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
process.exitCode = different > 0 ? 1 : 0

/**
 * Quantized weights, scales and zero points, which both tools call by the same names. Not biases: their step is that of the
 * layer's input, and behind an AveragePool the Python tool gives that the scale of what is pooled.
 */
function compare(ours: ModelProto, theirs: ModelProto) {
  const byName = ({ graph }: ModelProto) => new Map(graph!.initializer.map(tensor => [tensor.name, tensor]))
  const [mine, others] = [byName(ours), byName(theirs)]
  const isCompared = (name: string) =>
    /_(quantized|scale|zero_point)$/.test(name) && mine.get(name)!.dataType !== DataType.INT32
  const common = [...mine.keys()].filter(name => others.has(name) && isCompared(name))
  const different = common.filter(name => !sameValues(mine.get(name)!, others.get(name)!))
  return { all: common.length, equal: common.length - different.length, different }
}

function sameValues(a: TensorProto, b: TensorProto): boolean {
  const [values, others] = [a, b].map(tensor => [...tensorData(tensor)].map(Number)) as [number[], number[]]
  return values.length === others.length && values.every((value, index) => value === others[index])
}
