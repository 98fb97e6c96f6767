/**
 * Explicit models against the implicit engine that they come from: migrated as it is, by placement `tensorrt`, and tuned, in
 * weakly and in strongly typed builds. One line per model and batch, notes and verdicts below; evidence in
 * tuned-<model>-<batch>.json. What was built stays in the cache, so an interrupted run goes on.
 *
 *     node --import tsx bench/gpu/tuned.ts [model:batch ...] [--trials=12] [--seconds=1200] [--builds=1]
 *       [--only=tensorrt,migrated,half,weak,strong,anchor] [--anchor=FILE]
 *
 * `--builds=3` builds every variant three times and compares the fastest engines. `--anchor` is somebody else's explicit model,
 * built weakly and strongly typed. tuned-<model>-<batch>.contract.json is the contract of all that was built:
 * `quantract check` decides it again on the engines of the cache.
 *
 * Two to six minutes per model, with three builds twice as long.
 */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { Engine } from '../../src/builder/engine.ts'
import type { Variant } from '../../src/builder/variant.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import { messageOf } from '../../src/errors.ts'
import { formatOutcome } from '../../src/report/format-outcome.ts'
import { gpuSpec, type ModelName } from './models.ts'

const words = process.argv.slice(2)
const optionOf = (name: string) =>
  words.find(word => word.startsWith(`--${name}=`))?.slice(`--${name}=`.length)
const trials = Number(optionOf('trials') ?? 12)
const buildTime = Number(optionOf('seconds') ?? 1200)
const builds = Number(optionOf('builds') ?? 1)
const anchor = optionOf('anchor')
const only = optionOf('only')?.split(',') ?? ['tensorrt', 'migrated', 'half', 'weak', 'strong', 'anchor']
const cells = words.filter(word => !word.startsWith('--'))
const options = { onProgress: (line: string) => console.error(line) }

for (const cell of cells.length > 0 ? cells : ['resnet20:64', 'digits:32']) {
  const [name, batch] = cell.split(':') as [ModelName, string]
  const start = performance.now()
  try {
    // The fastest implicit build counts, and the fastest of each other variant against it.
    const target = { batch: Number(batch), host: 'python', builds, ofBuilds: 'fastest' } as const
    const spec = gpuSpec(name, target, 10)
    const { implicit } = await buildEngines(
      { ...spec, variants: { implicit: spec.variants.implicit } },
      options,
    )
    const like = { layers: `${implicit.model}.layers.json`, cache: `${implicit.model}.calibration` }
    const { placement: _, ...asCalibrated } = spec.variants.explicit
    const tuned = { ...asCalibrated, placement: 'tuned', trials, buildTime } as const
    const strong = { target: { typing: 'strong' } } as const
    const other = anchor && ({ quantization: 'explicit', model: resolve(anchor) } as const)
    const variants: Record<string, Variant> = {
      ...(only.includes('migrated') && { migrated: { quantization: 'explicit', like } }),
      ...(only.includes('weak') && { tuned }),
      ...(only.includes('strong') && { 'tuned-strong': { ...tuned, ...strong } }),
      ...(only.includes('tensorrt') && { tensorrt: spec.variants.explicit }),
      ...(only.includes('half') && {
        'migrated-half': { quantization: 'explicit', like: { ...like, half: true }, ...strong },
      }),
      ...(other && only.includes('anchor') && { anchor: other, 'anchor-strong': { ...other, ...strong } }),
    }
    const outcomes = []
    const notes: Record<string, readonly string[]> = { implicit: implicit.notes }
    const built: Record<string, Variant> = { implicit: spec.variants.implicit }
    const clauses: string[] = []
    const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(0)
    console.log(`\n${name}, batch ${batch}: implicit built in ${seconds(start)} s, ${text(implicit)}`)
    for (const note of implicit.notes) console.log(`    ${note}`)
    // One after the other, so that what is known is told even if time runs out, and one that fails takes no other along.
    for (const [variant, recipe] of Object.entries(variants)) {
      try {
        const from = performance.now()
        const both = { implicit: spec.variants.implicit, [variant]: recipe }
        const engines = await buildEngines({ ...spec, variants: both }, options)
        const engine = (engines as Record<string, Engine>)[variant]!
        notes[variant] = engine.notes
        built[variant] = recipe
        console.log(`${variant}: built in ${seconds(from)} s, ${text(engine)}`)
        for (const note of engine.notes) console.log(`    ${note}`)
        const own = [
          `${variant} fps >= ${variant.includes('tuned') ? 97 : 96}% of implicit fps`,
          ...('evaluation' in spec ? [`${variant} accuracy gap to implicit <= 0.5%`] : []),
        ]
        for (const clause of own) {
          const names = { variants: ['implicit', variant] }
          const outcome = await evaluateClause(parseClause(clause, names), engines)
          outcomes.push(outcome)
          clauses.push(clause)
          console.log(formatOutcome(outcome))
        }
      } catch (error) {
        console.log(`${variant}: ${messageOf(error)}`)
      }
      writeFileSync(`tuned-${name}-${batch}.json`, JSON.stringify({ outcomes, notes }))
      writeFileSync(`tuned-${name}-${batch}.contract.json`, contractOf(name, spec, built, clauses))
    }
    console.log(`${name}, batch ${batch}: ${seconds(start)} s in all`)
  } catch (error) {
    console.log(`${name}, batch ${batch}: ${messageOf(error)}`)
  }
}

/** The contract that `quantract check` runs on the same engines. */
function contractOf(
  name: string,
  { model, calibration, target, budgetSeconds, ...spec }: ReturnType<typeof gpuSpec>,
  variants: Record<string, Variant>,
  clauses: readonly string[],
): string {
  const evaluation = 'evaluation' in spec && spec.evaluation ? { evaluation: spec.evaluation } : {}
  const contract = {
    title: `${name}: explicit models against the fastest implicit engine`,
    model,
    data: { calibration, ...evaluation },
    variants,
    target,
    budget: budgetSeconds,
    clauses,
  }
  return `${JSON.stringify(contract, undefined, 2)}\n`
}

/** How many layers of an engine run in which precision. */
function text({ layers: { int8 = 0, half = 0, float = 0 } }: Engine): string {
  return `${int8} layers in INT8, ${half} in half, ${float} in float`
}
