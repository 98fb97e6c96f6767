import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Variant } from '../../src/builder/variant.ts'
import type { ClauseResult } from '../../src/contract/evidence.ts'
import { writeAtomically } from '../../src/write-atomically.ts'
import type { gpuSpec } from './models.ts'

/** What came of a variant. */
interface Measured {
  readonly recipe: Variant
  readonly notes: readonly string[]
  readonly outcomes: readonly ClauseResult[]
}

/** What is known of a model and batch, in files that are whole after each step. */
export interface TunedRecord {
  /** Path of the evidence. */
  readonly file: string
  /** Prints a line, and keeps it. */
  say(line: string): void
  /** Whether a variant of the same recipe has its verdicts. */
  has(variant: string, recipe: Variant): boolean
  add(variant: string, measured: Measured): Promise<void>
}

/** Opens the record of a model in a folder, with what earlier runs know. */
export function tunedRecord(folder: string, name: string, spec: ReturnType<typeof gpuSpec>): TunedRecord {
  const file = join(folder, `${name}.json`)
  const known: Record<string, Measured> = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { variants: Record<string, Measured> }).variants
    : {}
  return {
    file,
    say(line) {
      console.log(line)
      appendFileSync(join(folder, `${name}.txt`), `${line}\n`)
    },
    has: (variant, recipe) => JSON.stringify(known[variant]?.recipe) === JSON.stringify(recipe),
    async add(variant, measured) {
      known[variant] = measured
      const outcomes = Object.values(known).flatMap(({ outcomes }) => outcomes)
      await writeAtomically(file, JSON.stringify({ outcomes, variants: known }))
      await writeAtomically(join(folder, `${name}.contract.json`), contractOf(name, spec, known))
    },
  }
}

/** The contract that `quantract check` runs on the same engines. */
function contractOf(
  name: string,
  { model, calibration, target, budgetSeconds, ...spec }: ReturnType<typeof gpuSpec>,
  known: Readonly<Record<string, Measured>>,
): string {
  const evaluation = 'evaluation' in spec && spec.evaluation ? { evaluation: spec.evaluation } : {}
  const contract = {
    title: `${name}: explicit models against the fastest implicit engine`,
    model,
    data: { calibration, ...evaluation },
    variants: Object.fromEntries(Object.entries(known).map(([variant, { recipe }]) => [variant, recipe])),
    target,
    budget: budgetSeconds,
    clauses: Object.values(known).flatMap(({ outcomes }) => outcomes.map(({ clause }) => clause)),
  }
  return `${JSON.stringify(contract, undefined, 2)}\n`
}
