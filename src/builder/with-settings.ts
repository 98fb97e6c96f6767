import { defaultBackend, type GivenTarget } from '../backends/backends.ts'
import { parseTarget } from '../backends/parse-target.ts'
import { InputError } from '../errors.ts'
import { environmentSetting, pluginSetting, setting } from '../settings.ts'
import type { BuildSpec } from './build-spec.ts'

/**
 * A spec with what the plugin or the environment says of it. Once more changes nothing.
 *
 * @throws InputError if the environment has a value that there is not
 */
export function withSettings<
  Spec extends Pick<BuildSpec, 'target' | 'tolerance' | 'alpha' | 'budgetSeconds'>,
>(spec: Spec): Spec {
  const target = targetOf(spec.target)
  const tolerance = setting('tolerance', spec.tolerance)
  const alpha = setting('alpha', spec.alpha)
  const budgetSeconds = setting('budget', spec.budgetSeconds)
  return {
    ...spec,
    ...(target && { target }),
    ...(tolerance !== undefined && { tolerance }),
    ...(alpha !== undefined && { alpha }),
    ...(budgetSeconds !== undefined && { budgetSeconds }),
  }
}

type Words = Readonly<Record<string, unknown>>

/** Words that are said count, the others stay; a target of another backend is another one. */
function targetOf(own: Words | undefined): GivenTarget | undefined {
  const given = over(own, words(environmentSetting('target'), 'QUANTRACT_TARGET'))
  return over(words(pluginSetting('target'), 'quantract()'), given) as GivenTarget | undefined
}

function over(above: Words | undefined, below: Words | undefined): Words | undefined {
  if (below === undefined || above === undefined) return above ?? below
  const nameOf = ({ backend = defaultBackend }: Words) => backend
  const isSame = above.backend === undefined || nameOf(above) === nameOf(below)
  return isSame ? { ...below, ...above } : above
}

function words(target: Words | string | undefined, where: string): Words | undefined {
  if (typeof target !== 'string') return target
  try {
    return { ...parseTarget(target) }
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${where}: ${error.message}`) : error
  }
}
