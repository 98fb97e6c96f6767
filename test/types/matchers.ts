import { expect } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { Engine, Engines } from '../../src/builder/engine.ts'
import type {} from '../../src/vitest/matcher-types.ts'

const engines = await buildEngines({
  model: 'model.onnx',
  variants: { fp32: { quantization: 'none' }, implicit: { quantization: 'implicit' } },
})
declare const unknownEngines: Engines
declare const engine: Engine
declare const unknownText: string
// biome-ignore lint/suspicious/noExplicitAny: must not be taken for engines
declare const anything: any

await expect(engines).toUphold('implicit fps >= fp32 fps within 2%')
await expect(engines, 'a message').toUphold('implicit accuracy gap to fp32 < 0.5%')
await expect(engines).not.toUphold('implicit p99 latency <= 12 ms')
await expect(engines).toUphold(unknownText)
await expect(unknownEngines).toUphold('whatever fps >= 3 fps')
await expect.soft(engines).toUphold('implicit fps >= fp32 fps')
await expect(buildEngines({ model: 'model.onnx', variants: {} })).resolves.toUphold('a size < 1 kB')
await expect(engines.implicit).toBeAtLeastAsFastAs(engines.fp32)
await expect(engines.implicit).toBeAtLeastAsFastAs(engine, { within: '2%' })
await expect(engines.implicit).not.toMatchAccuracyOf(engines.fp32, { within: '0.5%' })

// Vitest's own matchers are there as before.
expect(engines).toBeDefined()
expect(engines).toHaveProperty('implicit')
expect(engines.implicit.variant).toBe('implicit')
expect(anything).toBe(1)
expect({}).toEqual({})
expect({ a: 1 }).toMatchObject({ a: 1 })
expect([1]).toHaveLength(1)
expect(null).toBeNull()

// @ts-expect-error unknown variant
await expect(engines).toUphold('explicit fps >= fp32 fps')
// @ts-expect-error unknown variant in a negated clause
await expect(engines).not.toUphold('implicit fps >= explicit fps')
// @ts-expect-error unknown metric
await expect(engines).toUphold('implicit speed >= fp32 fps')
// @ts-expect-error unit of another kind
await expect(engines).toUphold('implicit fps >= 12 ms')
// @ts-expect-error not a clause
await expect(engines).toUphold(12)
// @ts-expect-error a path is no engine
await expect(engines.implicit).toBeAtLeastAsFastAs('model.onnx')
// @ts-expect-error a tolerance has its unit
await expect(engines.implicit).toBeAtLeastAsFastAs(engines.fp32, { within: 2 })
// @ts-expect-error engines are named as the variants
expect(engines.explicit)
