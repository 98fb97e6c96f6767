import { backendOf } from '../../backends/backends.ts'
import type { Engine } from '../../builder/engine.ts'
import { describeFallback } from '../../engine/fallback.ts'
import { InputError } from '../../errors.ts'

/** Throws InputError if the CPU ran part of an engine: its speed would be that of no device. */
export function checkOnDevice({ variant, fallback, context }: Engine): void {
  if (!fallback) return
  const place = backendOf(context.target).words.place(context.target)
  throw new InputError(
    `variant \`${variant}\` does not run on ${place} alone: ${describeFallback(fallback)}; give a model without them, or leave clauses about its speed out`,
  )
}
