import { expect, test } from 'vitest'
import { formatOutputErrors } from '../../src/report/format-output-errors.ts'

const line = (samples: object) =>
  formatOutputErrors({ samples: 4, heldBack: true, outputs: [], ...samples })[0]

test('says on which samples outputs were compared', () => {
  expect(line({})).toBe('outputs compared with float on 4 samples that did not calibrate')
  expect(line({ heldBack: false })).toBe('outputs compared with float on 4 samples that calibrated, too')
  const sqnr = { median: 30, worst: 12.34, overall: 28 }
  const calibrating = { samples: 12, of: 12, outputs: [{ name: 'y', sqnr }, { name: 'n' }] }
  expect(line({ calibrating })).toBe(
    'outputs compared with float on 4 samples that did not calibrate, and on 12 that did: worst 12.3 dB',
  )
  expect(line({ calibrating: { ...calibrating, of: 60 } })).toBe(
    'outputs compared with float on 4 samples that did not calibrate, and on the worst of 60 that did: worst 12.3 dB',
  )
})
