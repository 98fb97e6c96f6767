/**
 * Explicit models against the implicit engine that they come from: migrated as it is, by placement `tensorrt`, and tuned, in
 * weakly and in strongly typed builds. One line per model and batch, notes and verdicts below.
 *
 *     node --import tsx bench/gpu/tuned.ts [model:batch ...] [--trials=12] [--seconds=1200] [--builds=1] [--minutes=8.5] [--budget=10]
 *       [--cache=FOLDER] [--out=FOLDER] [--only=migrated,weak,strong,half,tensorrt,anchor] [--anchor=FILE] [--host=python]
 *
 * Made for machines that are lent for some minutes: after `--minutes` it ends by itself, and the same command with the same
 * folders goes on where it was. What was built is in `--cache`. `--out` has, after each variant, tuned-<model>-<batch>.txt with
 * all that was printed, .json with the evidence, and .contract.json, the contract of all that was built: `quantract check` decides
 * it again on the engines of the cache. A variant whose verdicts are there already is not measured again.
 *
 * `--builds=3` builds every variant three times and compares the fastest engines. `--anchor` is somebody else's explicit model,
 * built weakly and strongly typed.
 */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { Engine } from '../../src/builder/engine.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import type { ClauseResult } from '../../src/contract/evidence.ts'
import { messageOf } from '../../src/errors.ts'
import { formatOutcome } from '../../src/report/format-outcome.ts'
import { gpuSpec, type ModelName } from './models.ts'
import { tunedRecord } from './tuned-record.ts'
import { tunedVariants, variantNames } from './tuned-variants.ts'

const words = process.argv.slice(2)
const optionOf = (name: string) =>
  words.find(word => word.startsWith(`--${name}=`))?.slice(`--${name}=`.length)
const out = resolve(optionOf('out') ?? '.')
mkdirSync(out, { recursive: true })
const cache = optionOf('cache')
if (cache !== undefined) process.env.QUANTRACT_CACHE = resolve(cache)
const minutes = Number(optionOf('minutes') ?? Number.POSITIVE_INFINITY)
const wanted = {
  only: optionOf('only')?.split(',') ?? variantNames,
  trials: Number(optionOf('trials') ?? 12),
  buildTime: Number(optionOf('seconds') ?? 1200),
  anchor: optionOf('anchor'),
}
const cells = words.filter(word => !word.startsWith('--'))

const begin = performance.now()
const end = new AbortController()
const limit = Number.isFinite(minutes) && setTimeout(() => end.abort(), minutes * 60_000)
const options = {
  signal: end.signal,
  onProgress: (line: string) => console.error(`${seconds(begin)} s ${line}`),
}

for (const cell of cells.length > 0 ? cells : ['resnet20:64', 'digits:32']) {
  const [name, batch] = cell.split(':') as [ModelName, string]
  await measure(name, Number(batch))
}
if (limit) clearTimeout(limit)
if (end.signal.aborted) {
  console.log(`\n${minutes} minutes are over: the same command goes on from here`)
  process.exitCode = 2
}

async function measure(name: ModelName, batch: number): Promise<void> {
  if (end.signal.aborted) return
  // The fastest implicit build counts, and the fastest of each other variant against it.
  const host = optionOf('host') === 'trtexec' ? 'trtexec' : 'python'
  const builds = Number(optionOf('builds') ?? 1)
  const spec = gpuSpec(name, { batch, host, builds, ofBuilds: 'fastest' }, Number(optionOf('budget') ?? 10))
  const record = tunedRecord(out, `tuned-${name}-${batch}${builds > 1 ? `-builds${builds}` : ''}`, spec)
  const start = performance.now()
  try {
    const only = { implicit: spec.variants.implicit }
    const { implicit } = await buildEngines({ ...spec, variants: only }, options)
    record.say(`\n${name}, batch ${batch}: implicit built in ${seconds(start)} s, ${text(implicit)}`)
    for (const note of implicit.notes) record.say(`    ${note}`)
    await record.add('implicit', { recipe: spec.variants.implicit, notes: implicit.notes, outcomes: [] })
    // One after the other, so that what is known is told even if time runs out, and one that fails takes no other along.
    for (const [variant, recipe] of Object.entries(tunedVariants(spec, implicit, wanted))) {
      if (record.has(variant, recipe)) {
        console.log(`${variant}: its verdicts are in ${record.file}`)
        continue
      }
      try {
        const from = performance.now()
        const engines = await buildEngines({ ...spec, variants: { ...only, [variant]: recipe } }, options)
        const engine = (engines as Record<string, Engine>)[variant]!
        record.say(`${variant}: built in ${seconds(from)} s, ${text(engine)}`)
        for (const note of engine.notes) record.say(`    ${note}`)
        const outcomes: ClauseResult[] = []
        for (const clause of clausesOf(variant, 'evaluation' in spec)) {
          const parsed = parseClause(clause, { variants: ['implicit', variant] })
          outcomes.push(await evaluateClause(parsed, engines, { signal: end.signal }))
          record.say(formatOutcome(outcomes.at(-1)!))
        }
        await record.add(variant, { recipe, notes: engine.notes, outcomes })
      } catch (error) {
        if (end.signal.aborted) return
        record.say(`${variant}: ${messageOf(error)}`)
      }
    }
    record.say(`${name}, batch ${batch}: ${seconds(start)} s in this run`)
  } catch (error) {
    if (!end.signal.aborted) record.say(`${name}, batch ${batch}: ${messageOf(error)}`)
  }
}

function clausesOf(variant: string, labelled: boolean): string[] {
  return [
    `${variant} fps >= ${variant.includes('tuned') ? 97 : 96}% of implicit fps`,
    ...(labelled ? [`${variant} accuracy gap to implicit <= 0.5%`] : []),
  ]
}

function seconds(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(0)
}

/** How many layers of an engine run in which precision. */
function text({ layers: { int8 = 0, half = 0, float = 0 } }: Engine): string {
  return `${int8} layers in INT8, ${half} in half, ${float} in float`
}
