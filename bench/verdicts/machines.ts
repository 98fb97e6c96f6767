import { fileURLToPath } from 'node:url'
import { median } from 'simple-statistics'
import { readNpz } from '../../test/support/npz/read-npz.ts'

/** log slow-down of the inference that runs next, given which engine runs. */
export type Machine = (random: () => number) => (engine: 'A' | 'B') => number

/** Inferences of a measurement at its longest: 120 blocks of 120. */
const horizon = 14_400

const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** White noise of 0.8% on every inference. */
const quiet: Machine = random => () => 0.008 * normal(random)

/** An autoregressive state of 1% beside: slow now is slow in a moment. */
const correlated: Machine = random => {
  const own = quiet(random)
  let state = 0
  return engine => {
    state = 0.99 * state + 0.01 * Math.sqrt(1 - 0.99 ** 2) * normal(random)
    return state + own(engine)
  }
}

/** Warms up by some percent, and wanders by 2%. */
const drifting: Machine = random => {
  const own = correlated(random)
  const amplitude = 0.03 * normal(random)
  const timeConstant = horizon * (0.02 + 0.5 * random())
  let [walk, inference] = [0, 0]
  return engine => {
    walk += (0.02 / Math.sqrt(horizon)) * normal(random)
    return amplitude * (1 - Math.exp(-inference++ / timeConstant)) + walk + own(engine)
  }
}

/** Throttled by 8% for a stretch in 3 of 10 runs, neighbours that take 10 to 40% for 20 inferences, single spikes. */
const disturbed: Machine = random => {
  const own = drifting(random)
  const throttles = random() < 0.3
  const [from, length] = [horizon * random(), 0.3 * horizon * random()]
  let [burst, inference] = [0, 0]
  return engine => {
    const throttled = throttles && inference > from && inference < from + length ? 0.08 : 0
    inference++
    if (burst === 0 && random() < 0.002) burst = 0.1 + 0.3 * random()
    else if (random() < 0.05) burst = 0
    const spike = random() < 0.01 ? Math.exp(normal(random) - 2) : 0
    return throttled + burst + spike + own(engine)
  }
}

/** The same, and one engine is noisier than the other: 3% of spikes and a skewed latency against 0.5%. */
const unequal: Machine = random => {
  const common = disturbed(random)
  return engine => {
    const rate = engine === 'A' ? 0.03 : 0.005
    const spike = random() < rate ? Math.exp(normal(random) - 2) : 0
    const skew = engine === 'A' ? 0.006 * Math.abs(normal(random)) : 0
    return common(engine) + spike + skew
  }
}

/** Length in inferences of the stretches of a recorded trace that are strung together: longer than its correlation. */
const stretch = 2400

/** log latency in ms of an engine against itself on a real machine, in the order of running. */
const { data: trace } = (await readNpz(fileURLToPath(new URL('./trace.npz', import.meta.url)))).get(
  'logLatency',
) as {
  data: Float32Array
}

/** Time that an inference of both engines took together, in seconds. */
export const tracePairSeconds = (2 * Math.exp(median(Array.from(trace)))) / 1000

/** The trace, replayed by circular block bootstrap. */
const recorded: Machine = random => {
  let [at, left] = [0, 0]
  return () => {
    if (left-- === 0) {
      // Whole quads of 24 inferences, so that what a switch of engines costs stays where it was.
      at = 24 * Math.floor((random() * trace.length) / 24)
      left = stretch - 1
    }
    return trace[at++ % trace.length]!
  }
}

/** The machines on which rules are compared. */
export const machines = {
  'S0 quiet': quiet,
  'S1 correlated': correlated,
  'S2 drifting': drifting,
  'S3 disturbed': disturbed,
  'S4 unequal': unequal,
  'A/A trace': recorded,
} as const satisfies Record<string, Machine>

export type MachineName = keyof typeof machines
