import type { Trtexec } from './seek-trtexec.ts'

/** Milliseconds of untimed inferences before every run: clocks and caches have settled. */
export const warmUp = 200

/**
 * The options of a timed run of so many queries, alike in all versions: a CUDA graph, no copies of inputs and outputs,
 * spinning instead of sleeping. From 11.0 on these are the defaults and their options no-ops.
 */
export function timeOptions(
  { has }: Pick<Trtexec, 'has'>,
  { plan, times, queries, shapes, device }: TimedRun,
): string[] {
  const defaults = has('--includeDataTransfers')
  return [
    `--loadEngine=${plan}`,
    ...(shapes === undefined ? [] : [`--shapes=${shapes}`]),
    ...(defaults ? [] : ['--useCudaGraph', '--noDataTransfers', '--useSpinWait']),
    `--warmUp=${warmUp}`,
    `--iterations=${queries}`,
    '--duration=0',
    `--exportTimes=${times}`,
    `--device=${device}`,
  ]
}

export interface TimedRun {
  readonly plan: string
  readonly times: string
  readonly queries: number
  readonly shapes?: string | undefined
  readonly device: number
}
