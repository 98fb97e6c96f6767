import type { Engine, Engines } from '../builder/engine.ts'
import { InputError } from '../errors.ts'

/** The value that a matcher was given as engines, as `buildEngines` returns them. Throws InputError otherwise. */
export function checkEngines(value: unknown, matcher: string): Engines {
  if (isEngine(value)) {
    const { variant } = value
    throw new InputError(
      `${matcher}: got one engine, \`${variant}\`; write \`expect(engines).${matcher}(...)\``,
    )
  }
  const engines = typeof value === 'object' && value !== null ? Object.values(value) : []
  if (engines.length > 0 && engines.every(isEngine)) return value as Engines
  throw new InputError(
    `${matcher}: expected the engines of \`await buildEngines(...)\`, got ${nounOf(value)}`,
  )
}

/** The value that a matcher was given as an engine. Throws InputError otherwise. */
export function checkEngine(value: unknown, matcher: string): Engine {
  if (isEngine(value)) return value
  throw new InputError(
    `${matcher}: expected an engine such as \`engines.explicit\` of \`await buildEngines(...)\`, got ${nounOf(value)}`,
  )
}

function isEngine(value: unknown): value is Engine {
  return (
    typeof value === 'object' && value !== null && ['variant', 'sha256', 'context'].every(key => key in value)
  )
}

function nounOf(value: unknown): string {
  if (value instanceof Promise) return 'a promise: await it'
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value !== 'object') return `the ${typeof value} ${JSON.stringify(value) ?? ''}`.trim()
  const keys = Object.keys(value)
  if (keys.length === 0) return 'an object without engines'
  const engines = Object.values(value)
  const wrong = keys.filter((_, i) => !isEngine(engines[i]))
  return `an object in which ${wrong.map(key => `\`${key}\``).join(', ')} ${wrong.length > 1 ? 'are no engines' : 'is no engine'}`
}
