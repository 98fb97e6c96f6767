// One calibration by `entropy`, with what it took, as JSON: {"seconds", "peak"}; seconds with the start of the host process
// and the search for thresholds, peak in bytes over both processes. Plain JavaScript on dist/: what users run.
//
//     node bench/quantizer/calibrate-once.mjs model.onnx data.npy samples
import { readdirSync, readFileSync } from 'node:fs'
import { calibrate } from '../../dist/calibration/calibrate.js'
import { openSamples } from '../../dist/data/open-samples.js'
import { readModel } from '../../dist/onnx/read-model.js'

const [, , model, npy, samples] = process.argv
const { graph } = await readModel(model, { externalData: 'skip' })
const constants = new Set(graph.initializer.map(({ name }) => name))
const inputs = graph.input
  .filter(({ name }) => !constants.has(name))
  .map(({ name }) => ({ name, type: 'float32' }))
const data = await openSamples({ npy, limit: Number(samples) }, inputs, 'calibration')

let hosts = 0
const start = performance.now()
await calibrate({
  model,
  data,
  method: 'entropy',
  grid: 'int8',
  onProgress: ({ done, total }) => {
    if (done === total) hosts = childrenPeak()
  },
})
const seconds = (performance.now() - start) / 1000
console.log(JSON.stringify({ seconds, peak: peakOf('self') + hosts }))

function childrenPeak() {
  const children = readdirSync('/proc/self/task').flatMap(task =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )
  return children.reduce((sum, child) => sum + peakOf(child), 0)
}

function peakOf(process) {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${process}/status`, 'utf8'))[1]) * 1024
}
