import { expect, test } from 'vitest'
import { formatOutputErrors } from '../../src/report/format-output-errors.ts'

const line = (samples: object) =>
  formatOutputErrors({ samples: 4, heldBack: true, outputs: [], ...samples })[0]

test('pixels are told by how much they are apart', () => {
  const outputs = [{ name: 'image', equal: { median: 0.5, worst: 0.25 }, apart: 2 }]
  expect(formatOutputErrors({ samples: 1, heldBack: false, outputs })).toEqual([
    'outputs compared with float on 1 sample that calibrated, too',
    'output image: 50.00% equal (worst 25.00%), at most 2 apart',
  ])
})

test('says on which samples outputs were compared', () => {
  expect(line({})).toBe('outputs compared with float on 4 samples that did not calibrate')
  expect(line({ random: ['y'] })).toBeUndefined()
  expect(line({ heldBack: false })).toBe('outputs compared with float on 4 samples that calibrated, too')
  expect(line({ samples: 16, calibrating: 12 })).toBe(
    'outputs compared with float on 4 samples that did not calibrate, and 12 that did',
  )
  expect(line({ samples: 16, calibrating: 12, worstOf: 64 })).toBe(
    'outputs compared with float on 4 samples that did not calibrate, and 12 that did, the worst of 60',
  )
})
