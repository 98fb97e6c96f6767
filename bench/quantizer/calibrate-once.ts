// One calibration by `entropy`, with what it took, as JSON: {"seconds", "peak"}; seconds with the start of the host process
// and the search for thresholds, peak in bytes over both processes. Built before it runs, as what users have.
//
//     node calibrate-once.js model.onnx data.npy samples
import { readdirSync, readFileSync } from 'node:fs'
import { calibrate } from '../../src/calibration/calibrate.ts'
import { openSamples } from '../../src/data/open-samples.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import { inputInfos } from '../../src/onnx/input-infos.ts'
import { readModel } from '../../src/onnx/read-model.ts'

const [model, npy, samples] = process.argv.slice(2) as [string, string, string]
const inputs = inputInfos(indexGraph((await readModel(model)).graph!))
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

function childrenPeak(): number {
  const children = readdirSync('/proc/self/task').flatMap(task =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )
  return children.reduce((sum, child) => sum + peakOf(child), 0)
}

function peakOf(process: string): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${process}/status`, 'utf8'))![1]) * 1024
}
