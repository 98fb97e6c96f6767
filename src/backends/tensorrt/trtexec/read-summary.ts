/** Figures of trtexec's performance summary, for reading beside the times: percentiles are of latencies in ms. */
export interface TrtexecSummary {
  /** Queries per second: one query is one batch, so fps are this times the batch. */
  readonly queriesPerSecond: number
  readonly latency: {
    readonly min: number
    readonly max: number
    readonly mean: number
    readonly median: number
  }
  readonly gpuComputeTime: {
    readonly min: number
    readonly max: number
    readonly mean: number
    readonly median: number
  }
}

/** Reads the summary of a log; undefined where there is none, as after `--skipInference`. Stable from 8.2 to 11.1. */
export function readSummary(log: string): TrtexecSummary | undefined {
  const throughput = /\] Throughput: ([\d.e+-]+) qps/.exec(log)?.[1]
  const latency = figures(log, 'Latency')
  const gpuComputeTime = figures(log, 'GPU Compute Time')
  if (throughput === undefined || !latency || !gpuComputeTime) return undefined
  return { queriesPerSecond: Number(throughput), latency, gpuComputeTime }
}

function figures(log: string, title: string) {
  const line = new RegExp(`\\] ${title}: (.*)$`, 'm').exec(log)?.[1]
  if (line === undefined) return undefined
  const of = (name: string) => Number(new RegExp(`\\b${name} = ([\\d.e+-]+) ms`).exec(line)?.[1])
  return { min: of('min'), max: of('max'), mean: of('mean'), median: of('median') }
}
