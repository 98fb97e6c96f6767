import { dirname } from 'node:path'
import type { BuildSpec } from '../../builder/build-spec.ts'
import { gitPrefix } from '../../builder/source/git-models.ts'
import type { Variant } from '../../builder/variant.ts'
import { withSettings } from '../../builder/with-settings.ts'
import { InputError, messageOf } from '../../errors.ts'
import type { ContractFile } from '../schema.ts'
import type { LocatedJson } from './located-json.ts'
import { locatedSource } from './located-source.ts'
import { projectPath } from './project-path.ts'

/** Makes the paths in a contract absolute; a mistake has the place of the path. */
export function pathsIn(json: LocatedJson, file: string): (path: string) => string {
  return path => {
    try {
      return projectPath(dirname(file), path)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      throw new InputError(json.atText(path) + messageOf(error))
    }
  }
}

/** What is to be built for a contract, as its file says. */
export function buildSpec(
  {
    model,
    data = {},
    variants,
    target,
    seed,
    budget,
    precision,
    tolerance,
    alpha,
    pace,
    buildTime,
  }: ContractFile,
  absolute: (path: string) => string,
): BuildSpec {
  const { calibration, evaluation } = data
  const located = Object.entries(variants).map(([name, variant]): [string, Variant] => [
    name,
    {
      ...variant,
      ...('model' in variant && { model: inCommit(variant.model!) ?? absolute(variant.model!) }),
      ...('cache' in variant && { cache: absolute(variant.cache!) }),
      ...('like' in variant && {
        like: {
          ...variant.like!,
          layers: absolute(variant.like!.layers),
          cache: absolute(variant.like!.cache),
        },
      }),
    } as Variant,
  ])
  return withSettings({
    model: absolute(model),
    variants: Object.fromEntries(located),
    ...(calibration && calibration.random !== false && { calibration: locatedSource(calibration, absolute) }),
    ...(evaluation && { evaluation: locatedSource(evaluation, absolute) }),
    ...(target && { target }),
    ...(seed !== undefined && { seed }),
    ...(budget !== undefined && { budgetSeconds: budget }),
    ...(precision !== undefined && { precision }),
    ...(tolerance !== undefined && { tolerance }),
    ...(alpha !== undefined && { alpha }),
    ...(pace !== undefined && { pace }),
    ...(buildTime !== undefined && { buildSeconds: buildTime }),
  })
}

/** A model of another commit of the repository: no path of this working tree. */
function inCommit(model: string): string | undefined {
  return model.startsWith(gitPrefix) ? model : undefined
}
