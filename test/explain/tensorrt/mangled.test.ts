import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLayerInfo } from '../../../src/backends/tensorrt/plan/read-layer-info.ts'
import { readProfile } from '../../../src/backends/tensorrt/plan/read-profile.ts'
import { readTimes } from '../../../src/backends/tensorrt/trtexec/read-times.ts'
import { InputError } from '../../../src/errors.ts'
import { missing } from '../../support/shared.ts'
import { recordings } from './recordings.ts'

const profile = `[
  { "count" : 2 }
, { "name" : "Conv_0 + Relu_1", "timeMs" : 0.4, "averageMs" : 0.2, "medianMs" : 0.19, "percentage" : 80 }
, { "name" : "Conv_2", "timeMs" : 0.1, "averageMs" : 0.05, "percentage" : nan }
]`
const times = `[
  { "startComputeMs" : 2.5, "computeMs" : 0.9, "latencyMs" : 0.9 }
, { "startComputeMs" : 200.1, "computeMs" : 0.5, "latencyMs" : 0.6 }
]`
const layers = `{"Layers": [{
  "Name": "Conv_0 + Relu_1",
  "LayerType": "CaskConvolution",
  "Inputs": [{ "Name": "x", "Dimensions": [1,3,8,8], "Format/Datatype": "Row major linear FP32" }],
  "Outputs": [{ "Name": "y", "Dimensions": [1,4,8,8], "Format/Datatype": "Half" }],
  "Metadata": "[ONNX Layer: Conv_0]"
}, "Conv_2"],
"Bindings": ["x"
]}`

/** A text with a piece cut out, replaced or repeated, or cut off. */
function mangled(text: string): fc.Arbitrary<string> {
  const position = fc.nat({ max: text.length })
  const pieces = fc.constantFrom(
    '',
    'null',
    '"x"',
    '-1',
    '[]',
    '{}',
    '1e999',
    '}',
    ',',
    '\\',
    '"Layers"',
    'nan',
  )
  return fc
    .tuple(position, fc.nat({ max: 40 }), pieces, fc.boolean())
    .map(([at, length, piece, cut]) =>
      cut ? text.slice(0, at) : text.slice(0, at) + piece + text.slice(at + length),
    )
}

/** Reads it, or says why not: anything else but InputError fails the test. */
function readsOrRefuses(reader: (text: string, source: string) => unknown, text: string): void {
  try {
    reader(text, 'f')
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
  }
}

describe('mangled files are read or refused', () => {
  test.each([
    ['profile', readProfile, profile],
    ['times', readTimes, times],
    ['layers', readLayerInfo, layers],
  ] as const)('%s', (_, reader, text) => {
    expect(() => reader(text, 'f')).not.toThrow()
    fc.assert(
      fc.property(mangled(text), given => readsOrRefuses(reader, given)),
      { numRuns: 1000 },
    )
  })

  test.skipIf(missing(recordings.explicit64))('recorded ones', async () => {
    for (const [kind, reader] of [
      ['profile', readProfile],
      ['times', readTimes],
      ['layers', readLayerInfo],
    ] as const) {
      const text = await readFile(recordings.explicit64.replace('.profile.', `.${kind}.`), 'utf8')
      fc.assert(fc.property(mangled(text), given => readsOrRefuses(reader, given)))
    }
  })

  test.each(['null', '[null]', '{"Layers": [null]}', '{"Layers": [{}]}', '[{"count": 1}, null]', '3'])(
    'other JSON: %s',
    text => {
      for (const reader of [readProfile, readTimes, readLayerInfo]) {
        expect(() => reader(text, 'f')).toThrow(InputError)
      }
    },
  )
})
