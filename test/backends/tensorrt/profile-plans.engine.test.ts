import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { writePlanDescription } from '../../../src/backends/tensorrt/plan/plan-file.ts'
import { profilePlans } from '../../../src/backends/tensorrt/plan/profile-plans.ts'
import { InputError } from '../../../src/errors.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/** A program that talks as host.py does, and gives a profile back with what it was asked. */
const program = `#!/usr/bin/env node
import { createInterface } from 'node:readline'
if (process.argv[2] === '-c') {
  console.log('10.6.0')
  process.exit(0)
}
const say = message => process.stdout.write(JSON.stringify(message) + '\\n')
say({ ready: '10.6.0' })
createInterface({ input: process.stdin }).on('line', line => {
  const { id, method, args } = JSON.parse(line)
  if (args.plan.endsWith('damaged.plan')) return say({ id, error: 'TensorRT cannot load the engine' })
  const name = [method, ...Object.entries(args.shapes).flat(2)].join(' ')
  say({ id, result: { count: args.inferences, layers: [{ name, timeMs: 1, averageMs: 1, medianMs: 1, percentage: 100 }] } })
})
`

/** An engine file as builds leave it, and a target whose Python answers as host.py does. */
async function plan(name: string) {
  const directory = await temporaryDirectory()
  const [model, python] = [join(directory, name), join(directory, 'talk.mjs')] as const
  await writeFile(python, program)
  await chmod(python, 0o755)
  const input = { name: 'x', type: 'float32', shape: [8, 3] }
  const signature = { inputs: [input], outputs: [], shapes: 'x:8x3' }
  await writePlanDescription(model, { ...signature, tensorrt: 100_600, layers: [] })
  await writeFile(`${model}.layers.json`, '{"Layers": ["one"]}')
  return {
    engine: { id: name, model },
    target: resolveTarget({ backend: 'tensorrt', host: 'python', python }),
  }
}

test('engines are profiled at the shapes that they were built for, beside what the build said of their layers', async () => {
  const { engine, target } = await plan('a.plan')
  const profiles = await profilePlans([engine], target)
  expect(profiles.get('a.plan')).toMatchObject({
    profile: { count: 100, layers: [{ name: 'profile x 8 3', medianMs: 1 }] },
    layers: [{ name: 'one' }],
  })
})

test('an engine that cannot be profiled is an error', async () => {
  const { engine, target } = await plan('damaged.plan')
  await expect(profilePlans([engine], target)).rejects.toThrow(InputError)
  await expect(profilePlans([engine], target)).rejects.toThrow('TensorRT cannot load the engine')
})

test('an engine of somebody else is none', async () => {
  const { target } = await plan('a.plan')
  await expect(profilePlans([{ id: 'b', model: '/no/b.plan' }], target)).rejects.toThrow(
    "/no/b.plan: is no TensorRT engine of quantract's own",
  )
})
