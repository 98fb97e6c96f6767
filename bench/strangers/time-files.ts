import { join } from 'node:path'
import { flushedFloat } from './judge.ts'
import type { Row } from './row.ts'
import type { SplitSamples } from './samples/split-samples.ts'
import type { Timing } from './timing.ts'
import { inWorker, pythonQuantizer, type Tools } from './tools.ts'

/** Gains above this are looked at once more with denormals flushed: no INT8 kernel is so much faster. */
const suspicious = 6

/** Times float, the INT8 forms and what ONNX Runtime's own quantizer makes in one loop. */
export async function timeFiles(
  float: string,
  files: Readonly<Record<string, string>>,
  { calibration, evaluation }: SplitSamples,
  tools: Tools,
): Promise<Pick<Row, 'timings' | 'noPython'>> {
  const out = join(tools.folder, 'python.onnx')
  const noPython = await pythonQuantizer({ model: float, calibration, out }, tools)
  const why = noPython === undefined ? {} : { noPython }
  const measure = (models: Readonly<Record<string, string>>, flushDenormals: boolean) => {
    tools.onProgress(`times of ${Object.keys(models).join(', ')}`)
    const seconds = tools.timingSeconds
    const job = { job: 'timing', models, data: evaluation, seconds, flushDenormals } as const
    return inWorker<Record<string, Timing>>(job, tools)
  }
  try {
    const models = { fp32: float, ...files, ...(noPython === undefined && { Python: out }) }
    const timings = await measure(models, false)
    if (Math.max(...Object.values(timings).map(({ ratio }) => ratio)) < suspicious) return { timings, ...why }
    const { milliseconds } = (await measure({ fp32: float }, true)).fp32!
    const flushed = { milliseconds, ratio: timings.fp32!.milliseconds / milliseconds }
    return { timings: { ...timings, [flushedFloat]: flushed }, ...why }
  } catch (error) {
    return { noPython: `times: ${(error as Error).message}` }
  }
}
