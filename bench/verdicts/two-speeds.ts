/**
 * A machine of two speeds, recorded, and replayed from random starting points: how often do verdicts err with and without
 * the gate on the machine's pace, how often do intervals hold the ratio of the full pace, and how long does a verdict take?
 *
 *     npm run bench:two-speeds -- TRACE.json.gz [runs] [--write]
 *
 * TRACE: { "rows": [[ms, probe us, ..., [engine, latency us, ...]]] }, a row for each quad of 3 inferences in a segment.
 * The measuring code is that of a clause (pacedTimings, decideByBlocks); only the host is the trace, and so is the clock.
 * `--write` keeps the table in docs/pace.md. Exits with 1 if a limit is missed.
 */
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { mean, median } from 'simple-statistics'
import type { DecidableClause } from '../../src/contract/clause/clause.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { usualAlpha } from '../../src/contract/evaluate/evaluation.ts'
import { type ComparedPair, decideByBlocks } from '../../src/contract/evaluate/relative/decide-by-blocks.ts'
import { decidingInterval } from '../../src/contract/evaluate/relative/deciding-interval.ts'
import { withSecondVisit } from '../../src/contract/evaluate/relative/second-visit.ts'
import { leastMillisecondsBetween } from '../../src/contract/in-turns.ts'
import type { OpenEngines } from '../../src/engine/backend.ts'
import type { Quad } from '../../src/measure/measure-quads.ts'
import { type PaceGate, paceGate } from '../../src/measure/pace/pace-gate.ts'
import { pacedTimings } from '../../src/measure/pace/paced-timings.ts'
import { blockOf } from '../../src/measure/pair.ts'
import { segmentLogRatio } from '../../src/measure/segment-log-ratio.ts'
import { quadOrder } from '../../src/statistics/block.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { RatioTest } from '../../src/statistics/sequential/ratio-test.ts'

interface TraceQuad {
  readonly probe: number
  /** Latencies in ms by engine and segment. */
  readonly latencies: readonly [readonly number[][], readonly number[][]]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
})
const [file, runs = '1000'] = positionals
if (file === undefined) {
  console.error('name a trace: npm run bench:two-speeds -- TRACE.json.gz [runs] [--write]')
  process.exit(3)
}
const trace = readTrace(file)
/** Time from one quad of the trace to the next. */
const rowMilliseconds = 150_000 / trace.length
const budgetSeconds = 30
const tolerance = 0.01
/** Far from the seeds of all runs. */
const secondSeed = 1_000_000
const clause = parseClause('int8 fps >= 1.9x fp32 fps', { variants: ['fp32', 'int8'] }) as DecidableClause

function readTrace(path: string): TraceQuad[] {
  const { rows } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
    rows: [number, number, number, number, number, number[]][]
  }
  return rows.map(([, probe, , , , runs]) => {
    const latencies: [number[][], number[][]] = [[], []]
    for (let i = 0; i < runs.length; i += 6) {
      latencies[runs[i] as 0 | 1].push([1, 3, 5].map(at => runs[i + at]! / 1000))
    }
    return { probe, latencies }
  })
}

/** Blocks as `planBlocks` cuts them at this speed: an odd number of quads, some 0.15 s. */
const quadsPerBlock = 13

/** A comparison that the trace answers: every quad is its next row. Of an engine against itself both are the first. */
async function replay(
  start: number,
  { pace: policy, gate, against, random }: RunOptions & { random: () => number },
) {
  let [at, clock] = [start, 0]
  const row = () => trace[at % trace.length]!
  const measure = (): Quad => {
    const order = quadOrder(random)
    const { probe, latencies } = row()
    const taken: [number, number] = [0, 0]
    const segments = order.split('').map(letter => {
      const engine = letter === 'A' && against === 'other' ? 1 : 0
      return Float64Array.from(latencies[engine]![taken[engine]++ % 2]!)
    })
    at++
    clock += rowMilliseconds
    return { order, segments, probe: Math.max(probe, row().probe) }
  }
  const timeWithPace: OpenEngines['timeWithPace'] = async () => {
    const probes = Float64Array.of(row().probe)
    at++
    clock += rowMilliseconds
    return { milliseconds: new Float64Array(), cpu: new Float64Array(), probes }
  }
  const launch = { engines: { timeWithPace } as OpenEngines, loaded: [] }
  const now = () => clock
  const pace = await pacedTimings(launch, { pace: policy, gate, budgetSeconds }, now)
  const [waiting, all]: [Quad[], Quad[]] = [[], []]
  const pair: ComparedPair = {
    plan: { quads: quadsPerBlock },
    get pace() {
      return pace.report
    },
    counts: pace.counts,
    nextBlockBefore: async isLate => {
      while (waiting.length < quadsPerBlock) {
        if (isLate()) return undefined
        const quads = Array.from({ length: quadsPerBlock }, measure)
        all.push(...quads)
        waiting.push(...pace.kept(quads, Float64Array.from(quads.map(({ probe }) => probe!))))
      }
      return blockOf(0, waiting.splice(0, quadsPerBlock))
    },
  }
  const pause = async (milliseconds: number) => {
    clock += milliseconds
    at += Math.round(milliseconds / rowMilliseconds)
  }
  return { pair, clock: { now, pause } }
}

interface RunOptions {
  readonly boundary: number
  readonly pace: 'full' | 'any'
  readonly gate: PaceGate
  readonly against: 'other' | 'itself'
  /** At most. */
  readonly visits: 1 | 2
}

interface Run {
  readonly verdict: 'upheld' | 'violated' | 'inconclusive'
  /** log(latency A / latency B), with its interval. */
  readonly centre: number
  readonly lower: number
  readonly upper: number
  readonly seconds: number
  readonly visits: number
}

/** A clause: one visit to the machine, or two where `withSecondVisit` asks for it. */
async function run(seed: number, options: RunOptions): Promise<Run> {
  let at = Math.floor(seededRandom(seed)() * trace.length)
  let seconds = 0
  const centres: number[] = []
  const { verdict, estimate } = await withSecondVisit(
    {
      clause,
      resume: options.visits === 1,
      anotherTime: async () => {
        at += Math.round(leastMillisecondsBetween / rowMilliseconds)
      },
    },
    async number => {
      const found = await visit(seed + number * secondSeed, at, options)
      at += Math.round((1000 * found.seconds) / rowMilliseconds)
      seconds += found.seconds
      centres.push(found.centre)
      const [value, lower, upper] = [found.centre, found.lower, found.upper].map(Math.exp)
      const finding = {
        verdict: found.verdict,
        bound: Math.exp(options.boundary),
        estimate: { of: '', value: value!, lower: lower!, upper: upper!, confidence: 1, unit: 'x' },
        samples: { count: 1, unit: 'visits' },
        rule: '',
        reason: '',
        details: [],
      } as const
      return { finding, pace: found.pace }
    },
  )
  const { value, lower, upper } = estimate
  return {
    verdict,
    centre: Math.log(value),
    lower: Math.log(lower),
    upper: Math.log(upper),
    seconds,
    visits: centres.length,
  }
}

async function visit(seed: number, start: number, options: RunOptions) {
  const random = seededRandom(seed)
  const { pair, clock } = await replay(start, { ...options, random })
  const [least, most] = [8, 120]
  const { verdict, isSlow, values } = await decideByBlocks(pair, {
    startTest: async () => new RatioTest({ boundary: 0, maxBlocks: most, random: seededRandom(seed) }),
    ratioOf: block => segmentLogRatio(block),
    distance: value => value - options.boundary,
    isEnough: values => values.length >= least,
    pace: options.pace,
    least,
    most,
    seconds: budgetSeconds,
    clock,
    onBlock: () => {},
  })
  const few = isSlow || values.length < 2
  const interval = few
    ? { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY }
    : decidingInterval({
        values,
        alpha: usualAlpha,
        sign: 1,
        boundary: options.boundary,
        maxBlocks: most,
        seed,
        isSlow,
        pace: pair.pace,
        ...(verdict && { verdict }),
      })
  return {
    verdict: few ? ('inconclusive' as const) : (verdict ?? 'inconclusive'),
    centre: few ? Number.NaN : median([...values]),
    ...interval,
    seconds: clock.now() / 1000,
    pace: pair.pace,
  }
}

/** Pace of the whole trace, and the ratio of the quads that pass. */
const whole = paceGate()
whole.add(trace.map(({ probe }) => probe))
const quadRatio = ({ latencies: [b, a] }: TraceQuad) => {
  const quiet = (segments: readonly number[][]) =>
    mean(segments.map(segment => Math.log(Math.min(...segment))))
  return quiet(a) - quiet(b)
}
const full = trace.filter(
  ({ probe }, i) => whole.isFull(probe) && whole.isFull(trace[(i + 1) % trace.length]!.probe),
)
const truth = median(full.map(quadRatio))
const known = () => paceGate(whole.best)
const settings = {
  'with the gate': { pace: 'full', gate: known, visits: 2 },
  'with the gate, one visit': { pace: 'full', gate: known, visits: 1 },
  'with the gate, first run on the machine': { pace: 'full', gate: paceGate, visits: 2 },
  without: { pace: 'any', gate: known, visits: 1 },
} as const
const lines = [
  `| | R | upheld | violated | inconclusive | interval holds the ratio | ratios, 95% of them | seconds to a verdict | visited twice |`,
  '|---|---|---|---|---|---|---|---|---|',
]
const misses: string[] = []
for (const [name, { pace, gate, visits }] of Object.entries(settings)) {
  for (const [label, factor, against] of [
    ['4% below the ratio', 0.96, 'other'],
    ['4% above the ratio', 1.04, 'other'],
    ['2% below the ratio', 0.98, 'other'],
    ['2% above the ratio', 1.02, 'other'],
    // With its tolerance the bound is the ratio itself: no error is larger anywhere else.
    ['the bound at the ratio', 1 / (1 - tolerance), 'other'],
    ['an engine against itself, R = 1', 1, 'itself'],
  ] as const) {
    // Beside the gate alone what is near the bound tells nothing new.
    if (!name.startsWith('with the gate') || name.includes('first run')) {
      if (label.startsWith('2%') || label.startsWith('the bound')) continue
    }
    // `A fps >= R x B fps` with its tolerance: log(latency A / latency B) is at most this.
    const centre = against === 'itself' ? 0 : truth
    const boundary = centre - Math.log(factor) - Math.log1p(-tolerance)
    const results: Run[] = []
    for (let seed = 0; seed < Number(runs); seed++) {
      results.push(await run(seed, { boundary, pace, gate: gate(), against, visits }))
    }
    const of = (verdict: Run['verdict']) => results.filter(each => each.verdict === verdict)
    const decided = results.filter(({ verdict }) => verdict !== 'inconclusive')
    const holds = decided.filter(({ lower, upper }) => lower <= centre && centre <= upper).length
    const ratios = decided.map(each => Math.exp(-each.centre)).sort((x, y) => x - y)
    const at = (share: number) => ratios[Math.floor(share * (ratios.length - 1))]?.toFixed(3)
    const percent = (count: number, all: number = results.length) => `${((100 * count) / all).toFixed(1)}%`
    lines.push(
      `| ${name} | ${label} | ${percent(of('upheld').length)} | ${percent(of('violated').length)} | ${percent(of('inconclusive').length)} | ${percent(holds, decided.length)} | ${at(0.025)} to ${at(0.975)} | ${mean(results.map(({ seconds }) => seconds)).toFixed(1)} | ${percent(results.filter(each => each.visits === 2).length)} |`,
    )
    if (name !== 'with the gate') continue
    const miss = (text: string) => misses.push(`${label}: ${text}`)
    if (factor <= 1 && of('violated').length > (factor < 1 ? 0.01 : 0) * results.length)
      miss('violated too often')
    if (factor > 1 && of('upheld').length > 0.05 * results.length) miss('upheld too often')
    // At the bound those that are decided are the ones that err.
    if (label !== 'the bound at the ratio' && holds < 0.93 * decided.length)
      miss('intervals do not hold the ratio')
  }
}
const table = [
  `Ratio of the full pace: ${Math.exp(-truth).toFixed(3)}, ${((100 * full.length) / trace.length).toFixed(0)}% of the quads. ${runs} runs each, budget ${budgetSeconds} s, tolerance 1%.`,
  '',
  ...lines,
].join('\n')
console.log(table)
for (const miss of misses) console.log(`missed: ${miss}`)
if (values.write) {
  const page = await readFile('docs/pace.md', 'utf8')
  const [start, end] = ['<!-- bench:two-speeds -->\n', '\n<!-- end -->']
  await writeFile('docs/pace.md', page.replace(new RegExp(`${start}[^]*${end}`), `${start}${table}${end}`))
}
process.exitCode = misses.length > 0 ? 1 : 0
