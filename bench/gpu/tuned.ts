/**
 * Explicit models against the implicit engine that they come from: migrated as it is, by placement `tensorrt`, and tuned, in
 * weakly and in strongly typed builds. One line per model and batch, notes and verdicts below; evidence in
 * tuned-<model>-<batch>.json. What was built stays in the cache, so an interrupted run goes on.
 *
 *     node --import tsx bench/gpu/tuned.ts [model:batch ...] [--trials=12] [--builds=1] [--only=tensorrt,migrated,weak,strong]
 *
 * Two to six minutes per model.
 */
import { writeFileSync } from 'node:fs'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { Engine } from '../../src/builder/engine.ts'
import type { Variant } from '../../src/builder/variant.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import { messageOf } from '../../src/errors.ts'
import { formatOutcome } from '../../src/report/format-outcome.ts'
import { gpuSpec, type ModelName } from './models.ts'

const words = process.argv.slice(2)
const optionOf = (name: string) => words.find(word => word.startsWith(`--${name}=`))?.split('=')[1]
const trials = Number(optionOf('trials') ?? 12)
const builds = Number(optionOf('builds') ?? 1)
const only = optionOf('only')?.split(',') ?? ['tensorrt', 'migrated', 'weak', 'strong']
const cells = words.filter(word => !word.startsWith('--'))
const options = { onProgress: (line: string) => console.error(line) }

for (const cell of cells.length > 0 ? cells : ['resnet20:64', 'digits:32']) {
  const [name, batch] = cell.split(':') as [ModelName, string]
  const start = performance.now()
  try {
    const spec = gpuSpec(name, { batch: Number(batch), host: 'python', builds }, 10)
    const { implicit } = await buildEngines(
      { ...spec, variants: { implicit: spec.variants.implicit } },
      options,
    )
    const like = { layers: `${implicit.model}.layers.json`, cache: `${implicit.model}.calibration` }
    const { placement: _, ...asCalibrated } = spec.variants.explicit
    const tuned = { ...asCalibrated, placement: 'tuned', trials } as const
    const strong = { target: { typing: 'strong' } } as const
    const variants: Record<string, Variant> = {
      ...(only.includes('tensorrt') && { tensorrt: spec.variants.explicit }),
      ...(only.includes('migrated') && {
        migrated: { quantization: 'explicit', like },
        'migrated-half': { quantization: 'explicit', like: { ...like, half: true }, ...strong },
      }),
      ...(only.includes('weak') && { tuned }),
      ...(only.includes('strong') && { 'tuned-strong': { ...tuned, ...strong } }),
    }
    const outcomes = []
    const notes: Record<string, readonly string[]> = {}
    const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(0)
    console.log(`\n${name}, batch ${batch}: implicit built in ${seconds(start)} s, ${text(implicit)}`)
    // One after the other, so that what is known is told even if time runs out.
    for (const [variant, recipe] of Object.entries(variants)) {
      const from = performance.now()
      const both = { implicit: spec.variants.implicit, [variant]: recipe }
      const engines = await buildEngines({ ...spec, variants: both }, options)
      const engine = (engines as Record<string, Engine>)[variant]!
      notes[variant] = engine.notes
      console.log(`${variant}: built in ${seconds(from)} s, ${text(engine)}`)
      for (const note of engine.notes) console.log(`    ${note}`)
      const clauses = [
        `${variant} fps >= ${variant.includes('tuned') ? 97 : 96}% of implicit fps`,
        ...('evaluation' in spec ? [`${variant} accuracy gap to implicit <= 0.5%`] : []),
      ]
      for (const clause of clauses) {
        const names = { variants: ['implicit', variant] }
        const outcome = await evaluateClause(parseClause(clause, names), engines)
        outcomes.push(outcome)
        console.log(formatOutcome(outcome))
      }
      writeFileSync(`tuned-${name}-${batch}.json`, JSON.stringify({ outcomes, notes }))
    }
    console.log(`${name}, batch ${batch}: ${seconds(start)} s in all`)
  } catch (error) {
    console.log(`${name}, batch ${batch}: ${messageOf(error)}`)
  }
}

/** How many layers of an engine run in which precision. */
function text({ layers: { int8 = 0, half = 0, float = 0 } }: Engine): string {
  return `${int8} layers in INT8, ${half} in half, ${float} in float`
}
