import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InputError } from '../../../src/errors.ts'
import { parseLayers } from '../../../src/explain/tensorrt/parse-layers.ts'
import { parseProfile } from '../../../src/explain/tensorrt/parse-profile.ts'
import { parseTimes } from '../../../src/explain/tensorrt/parse-times.ts'
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
, { "startComputeMs" : 200.7, "computeMs" : 0.25, "latencyMs" : 0.3 }
]`
const layers = `{"Layers": [{
  "Name": "Conv_0 + Relu_1",
  "LayerType": "CaskConvolution",
  "Inputs": [{ "Name": "x", "Dimensions": [1,3,8,8], "Format/Datatype": "Row major linear FP32" }],
  "Outputs": [{ "Name": "y", "Dimensions": [1,4,8,8], "Format/Datatype": "Thirty-two wide channel vectorized row major Int8 format" }],
  "Metadata": "[ONNX Layer: Conv_0]"
}, "Conv_2"],
"Bindings": ["x"
,"y"
]}`

describe('what trtexec writes', () => {
  test('a profile: medians, averages where there are none, nan elsewhere', () => {
    expect(parseProfile(profile, 'p')).toEqual({
      count: 2,
      layers: [
        { name: 'Conv_0 + Relu_1', microseconds: 190 },
        { name: 'Conv_2', microseconds: 50 },
      ],
    })
  })

  test('times: without the warm-up, which TensorRT 8.2 and 8.4 wrote too', () => {
    expect(parseTimes(times, 't')).toEqual([500, 250])
    expect(parseTimes(times.replaceAll('200.', '100.'), 't')).toEqual([900, 500, 250])
  })

  test('layer information: detailed, or names alone', () => {
    expect(parseLayers(layers, 'l')).toEqual([
      {
        name: 'Conv_0 + Relu_1',
        type: 'CaskConvolution',
        metadata: '[ONNX Layer: Conv_0]',
        inputs: [{ name: 'x', type: 'float', layout: 'Row major linear', shape: [1, 3, 8, 8] }],
        outputs: [
          {
            name: 'y',
            type: 'int8',
            layout: 'Thirty-two wide channel vectorized row major',
            shape: [1, 4, 8, 8],
          },
        ],
      },
      { name: 'Conv_2', inputs: [], outputs: [] },
    ])
  })
})

describe('what is something else is one sentence', () => {
  test.each([
    [
      parseProfile,
      layers,
      'f: is layer information, not a profile: give the file that trtexec wrote for --exportProfile',
    ],
    [parseProfile, times, 'f: is times (--exportTimes), not a profile'],
    [parseProfile, '[1]', 'f: is a list of something else, not a profile'],
    [parseProfile, '{}', 'f: is something else, not a profile'],
    [parseProfile, '[{"count": 1}]', 'f: has no layers: profile the engine again'],
    [parseProfile, '[{"count": 1}, {"name": "c", "medianMs": nan}]', 'f: layer `c` has no time'],
    [parseProfile, profile.slice(0, 80), 'f: is not JSON, perhaps because trtexec was interrupted'],
    [
      parseTimes,
      profile,
      'f: is something else than times: give the file that trtexec wrote for --exportTimes',
    ],
    [parseTimes, '[]', 'f: has no inferences: time the engine again'],
    [parseTimes, times.replace('0.25', 'nan'), 'f: inference 3 has no computeMs'],
    [parseLayers, profile, 'f: is something else than layer information'],
    [parseLayers, '{"Layers": [{}]}', 'f: layer 1 has no name'],
  ])('%#', (parse, text, message) => {
    expect(() => parse(text, 'f')).toThrow(message)
    expect(() => parse(text, 'f')).toThrow(InputError)
  })
})

/** A text with a piece cut out, replaced or repeated, or cut off. */
function mangled(text: string): fc.Arbitrary<string> {
  const position = fc.nat({ max: text.length })
  const pieces = fc.constantFrom('', 'null', '"x"', '-1', '[]', '{}', '1e999', '}', ',', '\\', '"Layers"')
  return fc
    .tuple(position, fc.nat({ max: 40 }), pieces, fc.boolean())
    .map(([at, length, piece, cut]) =>
      cut ? text.slice(0, at) : text.slice(0, at) + piece + text.slice(at + length),
    )
}

/** Reads it, or says why not; anything else but InputError fails the test. */
function readsOrRefuses(parse: (text: string, file: string) => unknown, text: string): void {
  try {
    parse(text, 'f')
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
  }
}

describe('mangled files are read or refused', () => {
  test.each([
    ['profile', parseProfile, profile],
    ['times', parseTimes, times],
    ['layers', parseLayers, layers],
  ] as const)('%s', (_, parse, text) => {
    fc.assert(
      fc.property(mangled(text), given => readsOrRefuses(parse, given)),
      { numRuns: 1000 },
    )
  })

  test.skipIf(missing(recordings.explicit64))('recorded ones', async () => {
    for (const [kind, parse] of [
      ['profile', parseProfile],
      ['times', parseTimes],
      ['layers', parseLayers],
    ] as const) {
      const text = await readFile(recordings.explicit64.replace('.profile.', `.${kind}.`), 'utf8')
      fc.assert(fc.property(mangled(text), given => readsOrRefuses(parse, given)))
    }
  })
})
