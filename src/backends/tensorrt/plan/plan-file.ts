import { readFile, writeFile } from 'node:fs/promises'
import type { EngineLayer, Signature } from '../../../engine/backend.ts'
import { InputError } from '../../../errors.ts'

/** What lies beside a built engine (a "plan" in TensorRT's words): the engine itself does not say it without a GPU. */
export interface PlanDescription extends Signature {
  /** Version of TensorRT that built it, and the only one that loads it. */
  readonly tensorrt: number
  /** Value of `--shapes`, where the model has dynamic inputs. */
  readonly shapes?: string
  readonly layers: readonly EngineLayer[]
}

/** The shape of every input, as host.py takes them; none if the model has no dynamic ones. */
export function shapesOf({
  inputs,
  shapes,
}: Pick<PlanDescription, 'inputs' | 'shapes'>): Record<string, readonly number[]> {
  if (shapes === undefined) return {}
  return Object.fromEntries(inputs.map(({ name, shape }) => [name, shape as readonly number[]]))
}

export async function writePlanDescription(plan: string, description: PlanDescription): Promise<void> {
  await writeFile(`${plan}.json`, JSON.stringify(description))
}

/** Throws InputError if the engine was not built here. */
export async function readPlanDescription(plan: string): Promise<PlanDescription> {
  const text = await readFile(`${plan}.json`, 'utf8').catch(() => undefined)
  if (text === undefined) {
    throw new InputError(`${plan}: is no TensorRT engine of quantract's own: ${plan}.json is not there`)
  }
  return JSON.parse(text) as PlanDescription
}
