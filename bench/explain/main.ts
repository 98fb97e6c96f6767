/**
 * Are explanations right? Pairs of models are timed, profiled and explained; the rows that carry a layer and a cause are
 * added up and compared with the difference of the latencies, which were measured without the profiler.
 *
 *     npm run bench:explain [folder of ONNX files] [--only digits,resnet20_cifar10] [--write docs/explanations-checked.md]
 *
 * Exits with 1 where engines differ by more than 20% and the rows with a cause do not add up to 90 to 110% of it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { max, mean } from 'simple-statistics'
import { profilerSpread } from '../../src/backends/onnxruntime/profile/profiler-weight.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { Engine } from '../../src/builder/engine.ts'
import { timedFeeds } from '../../src/builder/timed-feeds.ts'
import type { Variant } from '../../src/builder/variant.ts'
import type { EngineProfile } from '../../src/engine/engine-profile.ts'
import { environment } from '../../src/engine/environment.ts'
import { alignLayers } from '../../src/explain/alignment/align-layers.ts'
import { type Attribution, attribute } from '../../src/explain/attribution.ts'
import { explainModels, type ModelsExplained } from '../../src/explain/onnxruntime/explain-models.ts'
import { remedies } from '../../src/explain/remedies.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { version } from '../../src/own-package.ts'
import { nameNodes } from '../../src/quantize/name-nodes.ts'
import type { Range } from '../../src/quantize/ranges.ts'
import { planted } from './planted.ts'
import { own, publicNetworks } from './subjects.ts'

const args = process.argv.slice(2)
const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
const write = option('--write')
const only = option('--only')?.split(',')
const folder = args[0]?.startsWith('--') ? undefined : args[0]
const subjects = [own, ...publicNetworks(folder)].filter(({ name }) => only?.includes(name) ?? true)

/** Share of the latency of `a` from which rows must add up, and from which the remainder is looked at. */
const [large, small] = [0.2, 0.05]
let failed = false
/** What rows with a cause leave of each difference above `large`, in µs, and whether they add up. */
const largePairs: { readonly left: number; readonly passes: boolean }[] = []
const lines: string[] = []
/** Other corrections of profiles, and the part of each large difference that layers do not account for with them. */
const corrections: readonly Correction[] = [
  { name: 'the same for each layer', weighted: false, spread: 0 },
  { name: 'by what the profiler writes, the same for both engines', weighted: true, spread: 0 },
  ...[0.05, 0.1, 0.15, profilerSpread].map(spread => ({
    name: `by what it writes, and in each engine up to ${percent(spread)} more or less`,
    weighted: true,
    spread,
  })),
]
const missed = new Map(corrections.map(correction => [correction, [] as number[]]))

/** How profiled times are corrected. */
interface Correction {
  readonly name: string
  /** Whether what the profiler adds to a layer depends on what it writes. */
  readonly weighted: boolean
  /** Share by which it may differ from engine to engine. */
  readonly spread: number
}

for (const { name, model, qdq, placements } of subjects) {
  const variants: Record<string, Variant> = {
    fp32: { quantization: 'none' },
    ...Object.fromEntries(placements.map(placement => [placement, { quantization: 'explicit', placement }])),
    ...(qdq !== undefined && { 'its own Q/DQ': { quantization: 'explicit', model: qdq } }),
  }
  const engines: Readonly<Record<string, Engine>> = await buildEngines({
    model,
    calibration: 'random',
    variants,
  })
  const base = engines.onnxruntime
  const pairs = [
    ...(base ? [['fp32', 'onnxruntime'] as const] : []),
    ...(qdq === undefined ? [] : [['fp32', 'its own Q/DQ'] as const]),
    ...placements.slice(1).map(placement => ['onnxruntime', placement] as const),
  ]
  for (const [a, b] of pairs) lines.push(row(name, a, b, await explained(engines[a]!, engines[b]!)))
}

const plantedLines: string[] = []
const directory = await mkdtemp(join(tmpdir(), 'quantract-bench-'))
const digits: Record<string, Variant> = { good: { quantization: 'explicit', placement: 'onnxruntime' } }
const { good } = await buildEngines({ model: own.model, calibration: 'random', variants: digits })
for (const { cause, node, plant } of only?.includes('digits') === false ? [] : planted) {
  const bad = nameNodes(plant(nameNodes(await readModel(good!.model))))
  const badPath = join(directory, `${cause}.onnx`)
  await writeModel(bad, badPath)
  const before = await explained(good!, { ...good!, variant: 'planted', model: badPath })
  const found = before.explanation.causes.find(each => each.cause === cause)
  const remedy = remedies.find(({ id }) => id === found?.remedyId)
  const ranges = new Map<string, Range>()
  const cured = remedy?.apply({ model: bad, nodes: new Set(found?.nodes ?? []), ranges })
  const curedPath = join(directory, `${cause}.cured.onnx`)
  if (cured) await writeModel(cured, curedPath)
  const after = cured && (await explained(good!, { ...good!, variant: 'cured', model: curedPath }))
  const rowOf = ({ explanation }: ModelsExplained) =>
    explanation.attribution.rows.find(({ group }) => group.b.some(({ nodes }) => nodes.includes(node)))!
  const { median: difference, lower, upper } = before.measured.difference
  const [own, left] = [rowOf(before).difference, after && rowOf(after).difference]
  const cells = [
    cause,
    `\`${node}\``,
    found ? 'yes' : 'NO',
    `${difference.toFixed(0)} [${lower.toFixed(0)}, ${upper.toFixed(0)}]`,
    own.toFixed(0),
    left?.toFixed(1) ?? '',
  ]
  plantedLines.push(`| ${cells.join(' | ')} |`)
  console.log(plantedLines.at(-1))
  if (!found || left === undefined || Math.abs(left) > 0.1 * own) failed = true
}
await rm(directory, { recursive: true, force: true })

async function explained(a: Engine, b: Engine): Promise<ModelsExplained> {
  const options = { feeds: timedFeeds(a), target: a.context.target, seed: 1, seconds: 6 }
  return explainModels({ id: a.variant, model: a.model }, { id: b.variant, model: b.model }, options)
}

function row(name: string, a: string, b: string, { explanation, measured }: ModelsExplained): string {
  const { attribution, causes, named = 0 } = explanation
  const { median: difference, lower, upper } = measured.difference
  const relative = Math.abs(difference) / attribution.total.a
  const share = named / difference
  if (relative > large) {
    for (const [correction, parts] of missed) parts.push(missedWith(correction, measured))
  }
  const passes = relative <= large || (share >= 0.9 && share <= 1.1)
  if (!passes) failed = true
  if (relative > large) largePairs.push({ left: Math.abs(difference - named), passes })
  const first = causes.find(({ engine }) => engine === explanation.slower)
  const remainder = [lower - named, upper - named].map(value => value.toFixed(0)).join(' to ')
  const verdict =
    relative > large ? (passes ? 'adds up' : 'DOES NOT ADD UP') : relative > small ? 'remainder' : 'equal'
  const cells = [
    name,
    `${a} / ${b}`,
    attribution.total.a.toFixed(0),
    attribution.total.b.toFixed(0),
    `${difference.toFixed(0)} [${lower.toFixed(0)}, ${upper.toFixed(0)}]`,
    named.toFixed(0),
    relative > small ? percent(share) : '',
    `${overheadOf(explanation.a, attribution)} / ${overheadOf(explanation.b, attribution)}`,
    (explanation.a.outside ?? 0).toFixed(1),
    remainder,
    verdict,
    first ? `${first.cause}, ${first.microseconds.toFixed(0)}` : '',
  ]
  const line = `| ${cells.join(' | ')} |`
  console.log(line)
  return line
}

/** The part of the difference that layers do not account for where profiles are corrected otherwise. */
function missedWith({ weighted, spread }: Correction, { a, b }: ModelsExplained['measured']): number {
  const corrected = (profile: EngineProfile): EngineProfile => ({
    ...profile,
    profilerSpread: spread,
    layers: profile.layers.map(layer => ({
      ...layer,
      profilerWeight: weighted ? layer.profilerWeight! : 1,
    })),
  })
  const [x, y] = [corrected(a), corrected(b)]
  const { unattributed, total } = attribute(alignLayers(x, y), x, y)
  return Math.abs(unattributed.difference / total.difference)
}

/** What is taken off a layer of an engine for the profiler, on average in µs. */
function overheadOf({ layers }: EngineProfile, { timeOf }: Attribution): string {
  return mean(layers.map(layer => layer.microseconds - timeOf(layer))).toFixed(1)
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)}%`
}

const correctionLines = [...missed].map(
  ([{ name }, parts]) => `| ${name} | ${percent(mean(parts))} | ${percent(max(parts))} |`,
)
console.log(correctionLines.join('\n'))
const wrong = largePairs.filter(({ passes }) => !passes)
const addingUp = `Of ${largePairs.length} pairs that differ by more than ${large * 100}%, ${largePairs.length - wrong.length} add up.${
  wrong.length === 0
    ? ''
    : ` The rest leaves ${wrong.map(({ left }) => left.toFixed(0)).join(', ')} µs: in rows without a cause, or beyond what the profiler is taken to add.`
}`
const { cpu, onnxruntime } = environment()
const text = `# Explanations, checked

Each line is a pair of engines that was profiled and then, in the same processes, timed in turns without the profiler.
Latencies are quiet ones. Calibration is on random numbers: this is about speed alone.

- *Named* are the rows of the explanation that carry a layer and a cause, added up. If engines differ by more than
  ${large * 100}%, what is named must be 90 to 110% of the difference.
- The *remainder* is what the named rows leave of the difference, over its 95% interval.
- *Profiler* is what is taken off a layer of \`a\` and of \`b\` on average. It is one constant for both engines, times what
  the profiler writes about the layer, and in each engine up to ${percent(profilerSpread)} more or less.
- *Outside* is what an inference takes beside its layers, measured with a model without layers.

With these corrections the layers and what is outside of them should add up to the latencies
([decision 11](../decisions/0011-profiles-are-corrected-by-a-constant-per-layer.md)).
If the corrections are not enough, rows do not add up.

quantract ${version}, ${cpu}, ONNX Runtime ${onnxruntime}, one thread, batch 1, times in µs. Written by
\`npm run bench:explain FOLDER -- --write docs/explanations-checked.md\`. The folder holds public models, which are not part of
this repository. Without it, only the digits example is checked.

| network | engines a / b | a | b | difference [95%] | named | share | profiler a / b | outside | remainder | | dearest cause of the slower engine |
|---|---|---|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}

${addingUp}

How much of that is due to the correction? This is the part of the difference that all layers together miss, with a cause or
without, over the pairs that differ by more than ${large * 100}%.

| what the profiler adds to a layer | mean | largest |
|---|---|---|
${correctionLines.join('\n')}

## Planted mistakes

One layer of the digits network with complete pairs is spoilt, and the spoilt model is compared with the good one. The row of
that layer should be the whole difference. After the remedy that the cause names it should be about 0.

| cause | layer | found | difference [95%] | its row | its row after the remedy |
|---|---|---|---|---|---|
${plantedLines.join('\n')}
`
if (write !== undefined) await writeFile(write, text)
process.exitCode = failed ? 1 : 0
