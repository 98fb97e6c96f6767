import { beforeEach, expect, test, vi } from 'vitest'
import { knownPace, rememberPace } from '../../../src/measure/pace/known-pace.ts'
import { keepMachinePace, machinePace } from '../../../src/measure/pace/machine-pace.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

beforeEach(async () => {
  vi.stubEnv('QUANTRACT_CACHE', await temporaryDirectory())
  return () => vi.unstubAllEnvs()
})

test('a run of many measurements misses the best pace once', async () => {
  await rememberPace('test 1', 20, true)
  for (let measurement = 0; measurement < 5; measurement++) {
    const gate = await machinePace({ cpus: 'test 1' })
    gate.add([30, 30, 30])
    await keepMachinePace({ cpus: 'test 1' })
  }
  expect(await knownPace('test 1')).toEqual({ best: 20, missed: 1 })
})

test('and not at all if it reaches it later', async () => {
  await rememberPace('test 2', 20, true)
  const gate = await machinePace({ cpus: 'test 2' })
  gate.add([30, 30, 30])
  await keepMachinePace({ cpus: 'test 2' })
  gate.add([20, 20, 20])
  await keepMachinePace({ cpus: 'test 2' })
  expect(await knownPace('test 2')).toEqual({ best: 20, missed: 0 })
})

test('measurements of a process learn from each other', async () => {
  const first = await machinePace({ cpus: 'test 3' })
  first.add([22, 22, 22])
  expect((await machinePace({ cpus: 'test 3' })).best).toBe(22)
  expect((await machinePace({ cpus: 'test 4' })).best).toBeUndefined()
})
