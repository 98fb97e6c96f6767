import { expect, test } from 'vitest'
import { gpuStates, parseState } from '../../../src/backends/gpu/nvidia-smi.ts'

// Values as in nvidia-smi-load.csv of the recordings, in the order of our query.
const atRest = 'NVIDIA H200, 580.159, 345, 1980, 80.16, 700.00, 40, 0, 0x0000000000000001'

test('a GPU at rest is not slowed down', () => {
  expect(parseState(atRest)).toEqual({
    name: 'NVIDIA H200',
    driver: '580.159',
    smClock: 345,
    maxSmClock: 1980,
    power: 80.16,
    powerLimit: 700,
    temperature: 40,
    utilization: 0,
    slowedDownBy: [],
  })
})

test('reasons for a lower clock are words; what a GPU does not know is absent', () => {
  expect(parseState('Orin, 540.4.0, [N/A], [N/A], [N/A], [N/A], 51, [N/A], 0x0000000000000024')).toEqual({
    name: 'Orin',
    driver: '540.4.0',
    temperature: 51,
    slowedDownBy: ['its power limit', 'heat (software)'],
  })
})

test('drivers before 535 know the reasons by another name; a machine without nvidia-smi knows nothing', async () => {
  const queries: string[] = []
  const old = {
    run: async (words: readonly string[]) => {
      queries.push(words[1]!)
      return words[1]!.endsWith('throttle_reasons.active')
        ? { exitCode: 0, stdout: `${atRest}\n`, stderr: '' }
        : { exitCode: 2, stdout: '', stderr: 'not a valid field' }
    },
  }
  expect(await gpuStates(old.run)).toHaveLength(1)
  expect(queries).toHaveLength(2)
  const none = { run: async () => ({ exitCode: undefined, stdout: '', stderr: '' }) }
  expect(await gpuStates(none.run)).toBeUndefined()
})
