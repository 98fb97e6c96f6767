import type { EngineKey, Explanation } from '../../explain/explain.ts'
import { type TimeUnit, timeUnit } from './time-unit.ts'

/** Share of a difference below which a division of it among layers is no bill: rows that add up to less than 85% or more than 115%. */
const trusted = 0.85
/** What layers with a cause add up to, beyond which they are no bill: causes of both engines may cancel, not by so much. */
const mostNamed = 1.5
/** In µs a layer: profilers take 2 to 8. */
const mostOverhead = 50

/** Share of the time in rows of one engine alone that is worth a word. */
const leastAlone = 0.01

/** What came out, in sentences of plain English: speed, how much is INT8, where the time goes, how sure that is. */
export function explanationSummary(explanation: Explanation): string[] {
  const unit = timeUnit(Math.max(explanation.attribution.total.a, explanation.attribution.total.b))
  return [
    speed(explanation, unit),
    int8(explanation),
    ...(explanation.sameNetwork
      ? [...whereItGoes(explanation, unit), attributed(explanation, unit), ...aboveAll(explanation, unit)]
      : [
          `Only ${percent(explanation.alignment.matched, 0)} of the time is in layers that do the work of the same nodes: these look like different networks, so no layers are compared and no causes are named.`,
        ]),
    ...differentWork(explanation),
    ...explanation.notes.map(note => `Note: ${note}.`),
  ]
}

function speed(explanation: Explanation, unit: TimeUnit): string {
  const { attribution, interval } = explanation
  const { total } = attribution
  const time = (key: EngineKey) => {
    const { name, latency } = explanation[key]
    const range =
      latency && interval && ` (95% interval ${unit.number(latency.lower)} to ${unit.number(latency.upper)})`
    return `${name} takes ${unit.time(total[key])}${range ?? ''}`
  }
  const both = `${time('a')}, ${time('b')}`
  if (interval === undefined) {
    return `By the sums of their profiles, which are larger than latencies, ${both}: ${verdict(explanation, unit)}.`
  }
  if (interval.lower <= 0 && interval.upper >= 0) {
    return `${both} an inference: these times show no difference.`
  }
  const ends = [interval.lower / total.a, interval.upper / total.a].map(share => percent(Math.abs(share)))
  const range = ends[0] === ends[1] ? '' : ` (${ends.sort(byNumber).join(' to ')})`
  const caveat = explanation.interleaved
    ? 'They ran in turns, without the profiler.'
    : 'They did not run in turns: the interval holds the noise within each run, not between runs.'
  return `${both} an inference: ${verdict(explanation, unit)}${range}. ${caveat}`
}

function byNumber(x: string, y: string): number {
  return Number.parseFloat(x) - Number.parseFloat(y)
}

function verdict({ a, b, attribution, slower }: Explanation, unit: TimeUnit): string {
  const { difference, a: timeA } = attribution.total
  if (slower === undefined) return 'they are equally fast'
  const share = timeA > 0 ? `, ${percent(Math.abs(difference) / timeA)}` : ''
  const by = `by ${unit.time(Math.abs(difference))}${share}`
  return slower === 'b' ? `${b.name} is slower ${by}` : `${b.name} is faster than ${a.name} ${by}`
}

function int8({ a, b, precisions, slower }: Explanation): string {
  const count = (key: EngineKey) => {
    const { name, quantization } = key === 'a' ? a : b
    const { layers, counts, int8Time } = precisions[key]
    if (counts.other === layers) return `of ${name} the precision of no layer is known`
    const why = { explicit: ', as its Q/DQ nodes say', implicit: ', as the builder chose', none: '' }[
      quantization
    ]
    const rest = [counts.half > 0 && `${counts.half} in half`, counts.float > 0 && `${counts.float} in float`]
    const others = rest.filter(text => text !== false).join(' and ')
    return `${name} runs ${counts.int8} of its ${layers} layers (${percent(int8Time, 0)} of the profiled time) in INT8${why}${others && `, ${others}`}`
  }
  const text = `INT8: ${count('a')}; ${count('b')}.`
  if (slower === undefined) return text
  const faster = slower === 'a' ? 'b' : 'a'
  const [fast, slow] = [precisions[faster], precisions[slower]]
  if (fast.int8Time >= slow.int8Time || fast.counts.other === fast.layers) return text
  const { name, quantization } = faster === 'a' ? a : b
  const choice = quantization === 'implicit' ? ': left free, the builder chose otherwise for most of it' : ''
  return `${text} So it is not INT8 that makes ${name} the faster one${choice}.`
}

function whereItGoes({ a, b, byKind, attribution }: Explanation, unit: TimeUnit): string[] {
  const kind = (text: string, { a: inA, b: inB }: Readonly<Record<EngineKey, number>>) =>
    `${text} take ${unit.time(inA)} in ${a.name} and ${unit.time(inB)} in ${b.name} (${unit.signed(inB - inA)})`
  if (attribution.rows.length === 0) return []
  const only = (key: EngineKey, other: EngineKey) => {
    const rows = attribution.rows.filter(({ group }) => group[other].length === 0)
    return rows.reduce((sum, row) => sum + row[key], 0)
  }
  const [onlyA, onlyB] = [only('a', 'b'), only('b', 'a')]
  const alone =
    onlyA + onlyB < leastAlone * (attribution.total.a + attribution.total.b)
      ? ''
      : ` Work that the other one has no layer for takes ${unit.time(onlyA)} in ${a.name} and ${unit.time(onlyB)} in ${b.name}.`
  return [
    `Layers that ${kind('compute', byKind.compute)}; layers that ${kind('only convert type or layout', byKind.conversion)}.${alone}`,
  ]
}

function attributed({ a, attribution, interval, named, precisions }: Explanation, unit: TimeUnit): string {
  const { share, total, unattributed, overhead } = attribution
  if (share === undefined) {
    return 'attributed: not known without latencies; times of layers are as profiled, with what profiling adds to each.'
  }
  const inRows = named ?? total.difference - unattributed.difference
  const shown = `${unit.signed(inRows)} of ${unit.difference(total.difference)}`
  const perLayer =
    overhead >= 0
      ? `${unit.time(overhead)} a layer are taken off for the profiler`
      : `${unit.time(-overhead)} a layer are added for the time between layers`
  const per =
    a.outside === undefined
      ? perLayer
      : `${perLayer}, ${unit.time(a.outside)} of an inference are outside of layers`
  if (interval && interval.lower <= 0 && interval.upper >= 0) {
    return `attributed: there is no difference to attribute; ${per}.`
  }
  const layers = precisions.a.layers + precisions.b.layers
  // Of a slow model a few percent are as much, and no fault of the profile.
  if (overhead > mostOverhead && overhead * layers > total.a + total.b) {
    return `attributed: nothing, because ${per}, and a profiler takes a few microseconds: other processes had the CPU while layers were profiled. What is said of single layers does not hold: run it again on a quieter machine, or for longer (\`--seconds\`).`
  }
  const part = named === undefined ? undefined : named / total.difference
  if (part !== undefined && part <= mostNamed) {
    return `attributed: ${percent(part, 0)} of the difference (${shown}) to layers with a cause; ${per}.`
  }
  if (named === undefined && share >= trusted)
    return `attributed: ${percent(share, 0)} of the difference (${shown}); ${per}.`
  return `attributed: ${percent(share, 0)} of the difference: by the profiles the layers differ by ${unit.difference(inRows)}, by the latencies the engines differ by ${unit.difference(total.difference)}. So the rows show where the profiles differ, not where the latency goes: a profiler adds more to one layer than to another, and one time for all is taken off; ${per}.`
}

function differentWork({ inputsDiffer }: Explanation): string[] {
  if (inputsDiffer === undefined) return []
  return [
    `The inputs differ, ${inputsDiffer.a} and ${inputsDiffer.b}: the engines do not do the same amount of work, so no causes are named.`,
  ]
}

/** The dearest causes of the slower engine and the first thing to change: a change that can be tried, if there is one. */
function aboveAll({ a, b, attribution, causes, slower }: Explanation, unit: TimeUnit): string[] {
  const own = causes.filter(({ engine }) => engine === slower)
  const dearest = own
    .filter(
      cause =>
        cause.notCountedBefore > cause.microseconds / 2 && cause.microseconds > own[0]!.microseconds / 5,
    )
    .slice(0, 2)
  const change =
    own.find(({ remedyId }) => remedyId !== undefined) ?? own.find(({ remedy }) => remedy !== undefined)
  if (dearest.length === 0) return []
  const texts = dearest.map(({ sentence, microseconds }) => `${sentence} (${unit.time(microseconds)})`)
  const most = `${(attribution.share ?? 1) < trusted ? 'By the profiles, what' : 'What'} costs ${slower === 'a' ? a.name : b.name} most: ${texts.join('; ')}.`
  return [
    change ? `${most} First thing to change: ${change.remedy} (${unit.time(change.microseconds)}).` : most,
  ]
}

function percent(share: number, decimals = 1): string {
  return `${(share * 100).toFixed(decimals)}%`
}
