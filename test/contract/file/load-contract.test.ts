import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultMethod } from '../../../src/builder/source/calibrated-ranges.ts'
import { errorBudget } from '../../../src/contract/error-budget.ts'
import type { ClauseResult } from '../../../src/contract/evidence.ts'
import { loadContract, parseContract } from '../../../src/contract/file/load-contract.ts'
import { contractSchema } from '../../../src/contract/schema.ts'
import { InputError } from '../../../src/errors.ts'

const file = 'contracts/digits.contract.json'

const text = `{
  // Comments and trailing commas are fine.
  "title": "Digits",
  "description": "nothing depends on it",
  "model": "../models/digits.onnx",
  "data": {
    "calibration": { "npz": "calibration.npz", "limit": 16 },
    "evaluation": { "npz": "evaluation.npz", "labels": "y", "is": "sample" }
  },
  "variants": {
    "fp32": { "quantization": "none" },
    "implicit": { "quantization": "implicit", "calibration": "entropy" },
    "explicit": { "quantization": "explicit", "model": "../models/digits.qdq.onnx" },
    "everywhere": { "quantization": "explicit", "placement": "everywhere" },
  },
  "target": { "threads": 2 },
  "budget": 12.5,
  "seed": 7,
  "onInconclusive": "warn",
  "clauses": [
    "implicit fps >= explicit fps",
    { "that": "accuracy gap < 0.5%", "because": "half a point was signed off" }
  ]
}`

describe('a contract file becomes a contract', () => {
  const contract = parseContract(text, file)

  test('paths are relative to the file and become absolute', () => {
    expect(contract.file).toBe(resolve('contracts/digits.contract.json'))
    expect(contract.spec).toMatchObject({
      model: resolve('models/digits.onnx'),
      calibration: { npz: resolve('contracts/calibration.npz'), limit: 16 },
      evaluation: { npz: resolve('contracts/evaluation.npz'), labels: 'y', is: 'sample' },
      variants: { explicit: { model: resolve('models/digits.qdq.onnx') } },
    })
  })

  test('variants stay in order, and settings are kept', () => {
    expect(Object.keys(contract.spec.variants)).toEqual(['fp32', 'implicit', 'explicit', 'everywhere'])
    expect(contract.spec).toMatchObject({ target: { threads: 2 }, budgetSeconds: 12.5, seed: 7 })
    expect(contract.onInconclusive).toBe('warn')
  })

  test('clauses are parsed, with their reasons', () => {
    expect(contract.clauses).toMatchObject([
      { text: 'implicit fps >= explicit fps', comparison: '>=' },
      { text: 'accuracy gap < 0.5%', because: 'half a point was signed off' },
    ])
    expect(contract.clauses[0]).not.toHaveProperty('because')
  })

  test('what is left out stays out, so that the builder decides on defaults', () => {
    const { spec, onInconclusive } = parseContract(minimal({}), file)
    expect(Object.keys(spec)).toEqual(['model', 'variants'])
    expect(onInconclusive).toBe('fail')
  })

  test('a byte order mark is no mistake', () => {
    expect(parseContract(`\uFEFF${text}`, file)).toEqual(contract)
  })

  test('the calibration method that the schema calls the default is the default of the builder', () => {
    const { calibration } = contractSchema.properties.variants.additionalProperties.oneOf[1].properties
    expect(calibration.default).toBe(defaultMethod)
  })
})

/** A small contract, a property a line; `changes` replace or add some, `undefined` takes one away. */
function minimal(changes: Record<string, unknown>): string {
  const base = {
    title: 'T',
    model: 'm.onnx',
    variants: { a: none },
    clauses: ['size > 1 B'],
  }
  const lines = Object.entries({ ...base, ...changes })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `"${key}": ${JSON.stringify(value)}`)
  return `{\n${lines.join(',\n')}\n}`
}

const none = { quantization: 'none' }
const implicit = { quantization: 'implicit' }
const explicit = { quantization: 'explicit' }
const b = (recipe: unknown) => ({ variants: { a: none, b: recipe } })

describe('a mistake is found with its line, column and path', () => {
  test.each<[Record<string, unknown>, string, string]>([
    [{ modell: 'x' }, '"modell"', 'unknown property `modell`; did you mean `model`?'],
    [{ title: undefined }, '{', '`title` is missing: write for example "title": "ResNet-8, CIFAR-10"'],
    [
      { variants: undefined },
      '{',
      '`variants` is missing: write for example "variants": {"fp32":{"quantization":"none"}}',
    ],
    [{ title: '' }, '""', 'title: must not be empty: write for example "ResNet-8, CIFAR-10"'],
    [{ title: 3 }, '3', 'title: must be a string, not 3'],
    [{ model: ['m'] }, '["m"]', 'model: must be a string, not an array: write "m"'],
    [
      { variants: {} },
      '{}',
      'variants: must not be empty: write for example {"fp32":{"quantization":"none"}}',
    ],
    [
      { variants: { size: none } },
      '"size"',
      'variants: `size` is a word of the clause language: rename the variant',
    ],
    [
      { variants: { 'a b': none } },
      '"a b"',
      'variants: `a b` cannot be the name of a variant: use letters, digits and `_ . + -`',
    ],
    [
      { variants: { 200: none } },
      '"200"',
      'variants: `200` cannot be the name of a variant: use letters, digits and `_ . + -`',
    ],
    [b({}), '{}', 'variants.b: `quantization` is missing: write `none`, `implicit` or `explicit`'],
    [b(null), 'null', 'variants.b: must be an object, not null'],
    [
      b({ quantization: 'implict' }),
      '"implict"',
      'variants.b.quantization: unknown value `implict`; did you mean `implicit`?',
    ],
    [
      b({ ...implicit, calibration: 'entropi' }),
      '"entropi"',
      'variants.b.calibration: unknown value `entropi`; did you mean `entropy`?',
    ],
    [
      b({ ...implicit, placement: 'tensorrt' }),
      '"placement"',
      'variants.b: unknown property `placement`; known: `quantization`, `calibration`, `maxAccuracyDrop`, `outputError`, `exclude`, `include`, `engines`, `buildTime`, `cache`, `target`',
    ],
    [
      b({ ...implicit, calibration: 'entropy', cache: 'a.cache' }),
      '{"quantization":"implicit"',
      'variants.b: keep one of `calibration` and `cache`',
    ],
    [b(explicit), '{"quantization":"explicit"}', 'variants.b: needs `model`, `placement` or `like`'],
    [
      b({ ...explicit, model: 'm', placement: 'tensorrt' }),
      '{"quantization":"explicit"',
      'variants.b: keep one of `model` and `placement`',
    ],
    [
      b({ ...explicit, model: 'm', calibration: 'mse' }),
      '"calibration"',
      'variants.b: `calibration` has an effect only together with `placement`',
    ],
    [
      { data: { calibration: 'c.npz' } },
      '"c.npz"',
      'data.calibration: must be an object, not a string: write { "npz": "c.npz" }',
    ],
    [
      { data: { calibration: 'c.npy' } },
      '"c.npy"',
      'data.calibration: must be an object, not a string: write { "npy": "c.npy" }',
    ],
    [
      { data: { calibration: 'random' } },
      '"random"',
      'data.calibration: must be an object, not a string: write { "random": true }',
    ],
    [
      { data: { calibration: ['c.npz'] } },
      '["c.npz"]',
      'data.calibration: must be an object, not an array: write { "npz": "c.npz" }',
    ],
    [
      { data: { calibration: { npz: ['c.npz'] } } },
      '["c.npz"]',
      'data.calibration.npz: must be a string, not an array: write "c.npz"',
    ],
    [
      { data: { calibration: { random: 'true' } } },
      '"true"',
      'data.calibration.random: must be a boolean or an object, not a string: write true',
    ],
    [{ target: { threads: '2' } }, '"2"', 'target.threads: must be a whole number, not a string: write 2'],
    [
      { clauses: 'b fps >= 1 fps' },
      '"b fps >= 1 fps"',
      'clauses: must be an array, not a string: write ["b fps >= 1 fps"]',
    ],
    [
      b('implicit'),
      '"implicit"',
      'variants.b: must be an object, not a string: write { "quantization": "implicit" }',
    ],
    [
      { data: { calibration: {} } },
      '{}',
      'data.calibration: needs `npz`, `npy`, `raw`, `images` or `random`',
    ],
    [{ data: { calibration: { npz: 'c', limit: 0 } } }, '0', 'data.calibration.limit: must be >= 1, not 0'],
    [
      { data: { evaluation: { npz: 'c', is: 'all' } } },
      '"all"',
      'data.evaluation.is: unknown value `all`; known: `population`, `sample`',
    ],
    [
      { target: { provider: 'cude' } },
      '"cude"',
      'target.provider: unknown value `cude`; did you mean `cuda`?',
    ],
    [{ target: { threads: 1.5 } }, '1.5', 'target.threads: must be a whole number, not 1.5'],
    [{ precision: '1' }, '"1"', 'precision: must be written like "1%", not "1"'],
    [
      b({ quantization: 'explicit', placement: 'everywhere', outputError: '15' }),
      '"15"',
      'variants.b.outputError: must be written like "20 dB", not "15"',
    ],
    [{ budget: 0 }, '0', 'budget: must be > 0, not 0'],
    [{ seed: -1 }, '-1', 'seed: must be >= 0, not -1'],
    [{ seed: 2 ** 53 }, '9007199254740992', 'seed: must be <= 9007199254740991, not 9007199254740992'],
    [
      { onInconclusive: 'warning' },
      '"warning"',
      'onInconclusive: unknown value `warning`; did you mean `warn`?',
    ],
    [
      { clauses: [] },
      '[]',
      'clauses: must not be empty: write for example ["implicit fps >= explicit fps","accuracy gap < 0.5%"]',
    ],
    [{ clauses: [true] }, 'true', 'clauses[0]: must be a string or an object, not a boolean'],
    [{ clauses: ['size > 1 B', 'size > 1 B'] }, '"size > 1 B"]', 'clauses[1]: the same as clauses[0]'],
    [
      { clauses: [{ that: 'size > 1 B', becuase: '' }] },
      '"becuase"',
      'clauses[0]: unknown property `becuase`; did you mean `because`?',
    ],
    [
      { clauses: [{ that: 'size > 1 B', precision: '1' }] },
      '"1"',
      'clauses[0].precision: must be written like "1%", not "1"',
    ],
    [
      { clauses: [{ that: 'a fps > 1 fps', precision: '1%' }] },
      '"1%"',
      'clauses[0].precision: is about a ratio of two speeds, which `a fps > 1 fps` is not: leave it out',
    ],
    [
      { clauses: ['sise > 1 B'] },
      '"sise > 1 B"',
      'clauses[0]: mistake in a clause:\n  sise > 1 B\n  ^^^^ unknown metric `sise`; did you mean `size`?',
    ],
    [
      { clauses: ['size > 1 B', { that: 'c size > 1 B' }] },
      '"c size > 1 B"',
      'clauses[1].that: mistake in a clause:\n  c size > 1 B\n  ^ unknown variant `c`; did you mean `a`?',
    ],
    [
      { clauses: ['build time <= 95% of baseline'] },
      '"build time <= 95% of baseline"',
      'clauses[0]: mistake in a clause:\n  build time <= 95% of baseline\n                       ^^^^^^^^ `build time` is known of one build alone: compare it with a number',
    ],
  ])('%j', (changes, mistake, message) => {
    const source = minimal(changes)
    const lines = source.slice(0, source.indexOf(mistake)).split('\n')
    const place = `${file}:${lines.length}:${lines.at(-1)!.length + 1}`
    expect(() => parseContract(source, file)).toThrow(new InputError(`${place}: ${message}`.split('\n')))
  })

  test('a mistake elsewhere hides none in the clauses', () => {
    const clauses = [{ that: 'a sise > 1 B', precision: 1 }, 'a size > 1 B', 'a accuracy > 50%']
    const source = minimal({ title: undefined, clauses })
    const thrown = () => parseContract(source, file)
    expect(thrown).toThrow(
      /`title` is missing: .*\n.*clauses\[0\]\.precision: .*\n.*clauses\[0\]\.that: mistake in a clause:\n.*\n.*did you mean `size`/,
    )
    expect(thrown).toThrow('clauses[2]: `a accuracy > 50%` needs labelled samples')
    expect(thrown).not.toThrow('clauses[1]')
    // What nothing can be said about is left out.
    for (const changes of [{ variants: 3 }, { clauses: 'a size' }, { clauses: [3] }, { data: 3 }]) {
      expect(() => parseContract(minimal({ title: undefined, ...changes }), file)).toThrow(InputError)
    }
  })

  test('every mistake has a line of its own', () => {
    expect(() => parseContract(minimal({ title: '', budget: '30' }), file)).toThrow(
      new InputError([
        `${file}:2:10: title: must not be empty: write for example "ResNet-8, CIFAR-10"`,
        `${file}:6:11: budget: must be a number, not a string: write 30`,
      ]),
    )
  })

  test('a misspelt name is one mistake, not also a missing one', () => {
    expect(() => parseContract(minimal({ title: undefined, titel: 'x' }), file)).toThrow(
      new InputError(`${file}:5:1: unknown property \`titel\`; did you mean \`title\`?`),
    )
  })

  test('a model of another commit is one of a variant', () => {
    expect(() => parseContract(minimal({ model: 'git:HEAD:a.onnx' }), file)).toThrow(
      new InputError(
        `${file}:3:10: model: name a file: models of other commits are those of variants, for example "variants": {"released":{"quantization":"none","model":"git:HEAD:a.onnx"}}`,
      ),
    )
  })

  test('what a number counts is said where it is written with a unit', () => {
    expect(() => parseContract(minimal({ budget: '5s' }), file)).toThrow(
      `budget: must be a number, not a string: write for example 30 (seconds that one clause about speed may measure)`,
    )
  })

  test.each([
    ['', 'contracts/digits.contract.json: is empty, so it is no contract'],
    ['# Digits', `${file}:1:1: is not JSON: invalid symbol`],
    ['{ "title" "x" }', `${file}:1:11: is not JSON: colon expected`],
    ['{ "title": "x" } }', `${file}:1:18: is not JSON: end of file expected`],
    ['[]', `${file}:1:1: must be an object, not an array`],
    ['{ "title": "x",\n"title": "y" }', `${file}:2:1: \`title\` is there twice`],
  ])('%j', (source, message) => {
    expect(() => parseContract(source, file)).toThrow(new InputError(message))
  })
})

describe('a mistake in the target of a variant has its place', () => {
  const withTarget = (target: unknown, ofContract = '{ "threads": 2 }') =>
    text
      .replace('"target": { "threads": 2 }', `"target": ${ofContract}`)
      .replace(
        '"fp32": { "quantization": "none" }',
        `"fp32": { "quantization": "none", "target": ${JSON.stringify(target)} }`,
      )
  const place = `${file}:11:`

  test.each([
    [
      { backend: 'openvino', precison: 'f32' },
      '71: variants.fp32.target: `precison` of the target is unknown; did you mean',
    ],
    [
      { backend: 'openvino', threads: 1 },
      '71: variants.fp32.target: `threads` of its target is 1, that of the contract 2',
    ],
    [
      { provider: 'cpu', precision: 'f32' },
      '67: variants.fp32.target: `precision` of the target is for openvino',
    ],
    [
      { backend: 'openvino', launcher: ['ssh', 'pi'] },
      '71: variants.fp32.target: `launcher` of its target is `ssh pi`',
    ],
    [{ backend: 'tensorrt' }, '49: variants.fp32.target: `threads` of the target is for CPUs'],
  ])('%j', (target, message) => {
    expect(() => parseContract(withTarget(target), file)).toThrow(place + message)
  })

  test('what the contract says goes on there, as its launcher does', () => {
    const { spec } = parseContract(
      withTarget({ backend: 'openvino' }, '{ "threads": 2, "launcher": ["ssh", "pi"] }'),
      file,
    )
    expect(spec.variants.fp32).toEqual({ quantization: 'none', target: { backend: 'openvino' } })
  })

  test('a batch that only the variant says may be that of the model', () => {
    expect(() => parseContract(withTarget({ batch: 8 }), file)).not.toThrow()
  })
})

test('an error budget is shared by the clauses that can err, and a violation leaves its share to the others', () => {
  const source = JSON.stringify({
    title: 'T',
    model: 'm.onnx',
    variants: { a: { quantization: 'none' }, b: { quantization: 'none' } },
    errorBudget: 0.03,
    clauses: ['a fps >= b fps', 'a size < 1 MB', 'a p99 latency <= 3 ms', 'a peak memory <= 1 GB'],
  })
  const contract = parseContract(source, file)
  const budget = errorBudget(contract)
  const [fps, size, latency] = contract.clauses
  const ended = (verdict: ClauseResult['verdict']) => ({ verdict }) as ClauseResult
  expect(budget.alpha).toEqual({ violated: 0.01, upheld: 0.05 })
  budget.record(size!, ended('violated'))
  expect(budget.alpha.violated).toBe(0.01)
  budget.record(fps!, ended('violated'))
  expect(budget.alpha.violated).toBe(0.015)
  budget.record(latency!, ended('upheld'))
  expect(budget.alpha.violated).toBe(0.015)
})

test('two clauses of the same words share an error budget as two', () => {
  const that = 'a fps >= 9 fps'
  const clauses = ['for the gate', 'for the till'].map(because => ({ that, because }))
  const contract = parseContract(minimal({ clauses, errorBudget: 0.02 }), file)
  const budget = errorBudget(contract)
  expect(budget.alpha.violated).toBe(0.01)
  budget.record(contract.clauses[1]!, { verdict: 'violated' } as ClauseResult)
  expect(budget.alpha.violated).toBe(0.02)
})

test('a clause about accuracy without labelled data is refused before anything is built', () => {
  const source = JSON.stringify({
    title: 'T',
    model: 'm.onnx',
    variants: { a: { quantization: 'none' } },
    clauses: ['a size < 1 MB', 'a accuracy >= 90%'],
  })
  expect(() => parseContract(source, file)).toThrow(
    /clauses\[1\]: `a accuracy >= 90%` needs labelled samples: name them as data.evaluation$/,
  )
})

describe('loadContract', () => {
  test('reads a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contract-'))
    await writeFile(join(folder, 'x.contract.json'), text)
    const { spec } = await loadContract(join(folder, 'x.contract.json'))
    expect(spec.calibration).toMatchObject({ npz: join(folder, 'calibration.npz') })
  })

  test('a file that is not there', async () => {
    await expect(loadContract('nope.json')).rejects.toThrow(
      new InputError('nope.json: does not exist: check its path'),
    )
  })

  test('a model in its place', async () => {
    await expect(loadContract('my model.onnx')).rejects.toThrow(
      'my model.onnx: is a model, not a contract: `quantract init "my model.onnx"` writes one for it',
    )
  })

  test('a folder', async () => {
    await expect(loadContract('test')).rejects.toThrow(new InputError('test: is a folder: name a file'))
  })
})

test('a name without an end, as where a quote is missing, is shown in part', () => {
  const endless = 'because'.repeat(2000)
  const among = (clause: object) =>
    JSON.stringify({
      title: 'a',
      model: 'a.onnx',
      variants: { a: { quantization: 'none' } },
      clauses: [clause],
    })
  const there = among({ that: 'a fps > 5 fps', [endless]: 'a' })
  const twice = there.replace(`"${endless}":"a"`, `"${endless}":"a","${endless}":"b"`)
  for (const text of [
    there,
    twice,
    among({ that: 'a fps > 5 fps' }).replace('"a":{', `"${endless}":{"b":1,`),
  ]) {
    const error = (() => {
      try {
        return parseContract(text, file)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(InputError)
    expect((error as Error).message.length).toBeLessThan(600)
  }
})
