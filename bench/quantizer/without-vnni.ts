/**
 * Accuracy on an x86 CPU without VNNI, where kernels of U8 x S8 products overflow: of the Q/DQ model as it is, of the same
 * model run in float, and of what quantract makes of it, with narrower weights in the output channels that overflow.
 *
 *     QUANTRACT_PYTHON=venv/bin/python QUANTRACT_SHARED=folder npm run bench:without-vnni [-- samples] [model...]
 *
 * Where this CPU has VNNI it is hidden from the runtime (a C compiler is needed), or another CPU is emulated, which takes half
 * a minute a sample for the largest models (`apt-get install qemu-user`; its speed says nothing about a real one).
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { qdqInFloat } from '../../src/backends/onnxruntime/session/session-settings.ts'
import { defaultTarget } from '../../src/backends/resolve-target.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { cacheDirectory } from '../../src/cache-directory.ts'
import { calibrate } from '../../src/calibration/calibrate.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { feedsOf } from '../../src/engine/feeds/feeds.ts'
import { compareSpeed } from '../../src/measure/compare-speed.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { withoutVnni } from '../../test/support/preload/without-vnni.ts'
import { accuracyOf } from './accuracy-of.ts'
import { models } from './models.ts'
import { runPython } from './python.ts'

/** Labelled models of convolutions: those whose kernels are known to overflow somewhere. */
const names = [
  'resnet20_cifar10',
  'resnet56_cifar10',
  'mlperf_tiny_resnet8_cifar10',
  'mlperf_tiny_kws_dscnn',
  'mobilenet_v1_0.25_224',
  'mobilenet_v1_0.75_224',
  'mobilenetv2_1.0_224',
  'squeezenet1.1',
]
const [size = '300', ...given] = process.argv.slice(2)
const folder = join(process.env.QUANTRACT_SHARED ?? '.', 'models')
const work = join(cacheDirectory(), 'bench-quantizer')
await mkdir(work, { recursive: true })
const cpu = await withoutVnni(work)
if ('missing' in cpu) throw new Error(cpu.missing)

const header = [
  'model',
  'samples',
  'fp32',
  '8 bits',
  'the same in float',
  'quantract',
  'points below float',
  'layers with narrower weights',
  'fps, narrower / 8 bits',
]
const rows = [header, header.map(() => '---')]
for (const { name, data } of models) {
  if (!names.includes(name) || (given.length > 0 && !given.includes(name))) continue
  const [model, own] = [join(folder, `${name}.onnx`), join(work, name)]
  const [calibration, evaluation] = [join(own, 'calibration.npz'), join(own, 'evaluation.npz')]
  if (!existsSync(evaluation)) {
    await mkdir(own, { recursive: true })
    await runPython('data.py', [data, model, join(folder, 'eval'), own])
  }
  const all = await loadDataset(evaluation, 'evaluation')
  const limit = Math.min(Number(size), all.size)
  const dataset = await loadDataset({ npz: evaluation, limit }, 'evaluation')
  const samples = await loadDataset(calibration, 'calibration')
  const float = await readModel(model)
  const ranges = await calibrate({ model, data: samples, method: 'mse', grid: 'uint8' })
  const eight = join(own, 'eight-bits.onnx')
  await writeModel(quantizeModel(quantizableForm(float), { ranges, placement: 'onnxruntime' }), eight)

  const fp32 = await accuracyOf(model, dataset)
  const same = await accuracyOf(eight, dataset, qdqInFloat)
  process.env.QUANTRACT_LAUNCHER = cpu.launcher
  const { explicit } = await buildEngines(
    { model, calibration, variants: { explicit: { quantization: 'explicit', model: eight } } },
    { onProgress: line => console.error(`${name}: ${line}`) },
  )
  const overflowing = await accuracyOf(eight, dataset)
  const checked = await accuracyOf(explicit.model, dataset)
  const reduced = explicit.notes.filter(note => note.includes('overflows on this CPU'))
  const speed = await compareSpeed(
    { id: 'narrower', model: explicit.model },
    { id: 'eight', model: eight },
    { feeds: feedsOf(samples, explicit.inputs, 1, 16), seed: 2, seconds: 6, target: defaultTarget },
  )
  process.env.QUANTRACT_LAUNCHER = ''
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`
  rows.push([
    name,
    `${dataset.size}`,
    percent(fp32),
    percent(overflowing),
    percent(same),
    percent(checked),
    (100 * (same - checked)).toFixed(2),
    `${reduced.length}`,
    `${speed.ratio.toFixed(3)} [${speed.lower.toFixed(3)}, ${speed.upper.toFixed(3)}]`,
  ])
  console.log(rows.at(-1)!.join(' | '))
  for (const note of explicit.notes) console.log(`  ${note}`)
}
console.log(rows.map(row => `| ${row.join(' | ')} |`).join('\n'))
