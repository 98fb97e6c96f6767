import { expect, test } from 'vitest'
import { parseState } from '../../src/backends/gpu/nvidia-smi.ts'
import { slowDowns } from '../../src/contract/run-contract.ts'

const state = (reasons: string) =>
  parseState(`NVIDIA H200, 580.159, 1500, 1980, 690, 700, 80, 99, ${reasons}`)

test('a device that its power limit slowed down is named once; one that idled or ran free is not', () => {
  const [idle, free, limited] = ['0x1', '0x0', '0x4'].map(state)
  const devices = [
    { before: idle!, during: [free!, idle!] },
    { before: idle!, during: [free!, limited!, limited!] },
  ]
  expect(slowDowns(devices)).toEqual([
    expect.stringMatching(/^device 1 \(NVIDIA H200\) was slowed down by its power limit while/),
  ])
})
