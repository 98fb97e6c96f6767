import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Clause, Comparison, Quantity } from '../../../src/contract/clause/clause.ts'
import { parseClause } from '../../../src/contract/clause/parse-clause.ts'
import { type Kind, kinds } from '../../../src/contract/metrics/kinds.ts'
import type { Metric } from '../../../src/contract/metrics/metric.ts'
import { metrics } from '../../../src/contract/metrics.ts'
import { InputError } from '../../../src/errors.ts'

const variants = ['fp32', 'implicit', 'explicit', '8bit', 'other']
/** How messages list the metrics that have a word. */
const namesOf = (has: (metric: Metric) => unknown) =>
  metrics
    .filter(has)
    .map(({ name }) => `\`${name}\``)
    .join(', ')
const parse = (text: string) => parseClause(text, { variants })

describe('a clause becomes a plain object', () => {
  test('two variants', () => {
    expect(parse('  implicit   fps ≥ 1.5x explicit fps within 2% ')).toEqual({
      text: 'implicit fps ≥ 1.5x explicit fps within 2%',
      quantity: { variant: 'implicit', metric: 'fps' },
      comparison: '>=',
      bound: { kind: 'quantity', factor: 1.5, quantity: { variant: 'explicit', metric: 'fps' } },
      tolerance: { kind: 'relative', value: 0.02, text: '2%' },
    })
  })

  test('percent of an accuracy are points, of anything else a share', () => {
    expect(parse('accuracy gap < 0.5%').bound).toEqual({ kind: 'value', value: 0.005, text: '0.5%' })
    expect(parse('fp32 accuracy >= 91.3% within 0.2%')).toMatchObject({
      bound: { value: 0.913 },
      tolerance: { kind: 'absolute', value: 0.002 },
    })
    expect(parse('fp32 size <= 1 kB within 0.2%').tolerance).toMatchObject({ kind: 'relative', value: 0.002 })
  })

  test.each([
    ['91.3%', 0.913],
    ['0.7%', 0.007],
    ['0.0000001%', 1e-9],
  ])('%s is the number nearest to it', (text, value) => {
    // Neither 91.3 / 100 nor 0.7 * 0.01 is: an accuracy that equals its bound would miss it.
    expect(parse(`fp32 accuracy >= ${text}`).bound).toEqual({ kind: 'value', value, text })
  })

  test.each([
    ['implicit fps >= baseline', 1, undefined],
    ['implicit fps >= 95% of baseline within 2%', 0.95, { kind: 'relative', value: 0.02, text: '2%' }],
    ['implicit p99 latency <= 1.5x baseline within 1 ms', 1.5, { kind: 'absolute', value: 1, text: '1 ms' }],
    ['implicit accuracy >= baseline within 0.5%', 1, { kind: 'absolute', value: 0.005, text: '0.5%' }],
  ])('%s', (text, factor, tolerance) => {
    const clause = parse(text)
    expect(clause.bound).toEqual({ kind: 'baseline', factor })
    expect(clause.tolerance).toEqual(tolerance)
  })

  test('a gap to a variant', () => {
    expect(parse('explicit accuracy gap to fp32 <= 0.5 pp').quantity).toEqual({
      variant: 'explicit',
      metric: 'accuracy gap',
      reference: 'fp32',
    })
  })

  test('an output by name, in quotes, before or after the variant', () => {
    const quantity = { variant: 'implicit', metric: 'output SQNR', reference: 'fp32' }
    expect(parse("implicit  output SQNR to fp32 of 'a  > b' >= 25 dB")).toMatchObject({
      text: "implicit output SQNR to fp32 of 'a  > b' >= 25 dB",
      quantity: { ...quantity, output: 'a  > b' },
      bound: { value: 25 },
    })
    expect(parse('implicit output SQNR of "it\'s" to fp32 >= 25 dB').quantity).toEqual({
      ...quantity,
      output: "it's",
    })
  })

  test('a variant whose name starts as a number', () => {
    expect(parse('implicit fps >= 8bit fps').bound).toMatchObject({ quantity: { variant: '8bit' } })
  })

  test('the only variant need not be named', () => {
    expect(parseClause('fps >= 3 fps', { variants: ['a'] }).quantity).toEqual({ variant: 'a', metric: 'fps' })
  })

  test('a metric that the user adds', () => {
    const names = { variants, metrics: ['mean iou'] }
    expect(parseClause('fp32 mean iou >= 0.8', names)).toMatchObject({
      quantity: { metric: 'mean iou' },
      bound: { value: 0.8 },
    })
    expect(() => parseClause('fp32 fps > 3 fps', { variants, metrics: ['fps'] })).toThrow('exists already')
  })
})

describe('a mistake has carets under it and the nearest valid word beside it', () => {
  test.each([
    [
      'implicitt fps >= explicit fps',
      '^^^^^^^^^',
      0,
      'unknown variant `implicitt`; did you mean `implicit`?',
    ],
    ['implicit fsp >= explicit fps', '^^^', 9, 'unknown metric `fsp`; did you mean `fps`?'],
    ['implicit fps >= explicit fpss', '^^^^', 25, 'unknown metric `fpss`; did you mean `fps`?'],
    [
      'implicit fps => explicit fps',
      '^^',
      13,
      'expected a comparison: `>=`, `>`, `<=` or `<`; did you mean `>=`?',
    ],
    ['implicit fps', '^', 13, 'expected a comparison: `>=`, `>`, `<=` or `<`'],
    ['implicit fps >=', '^', 16, 'expected a quantity such as `implicit fps`'],
    ['', '^', 1, 'expected a quantity such as `implicit fps`'],
    ['implicit p99 latency <= 12', '^^', 24, 'a number needs its unit, for example `12 us`'],
    ['implicit p99 latency <= 12 msec', '^^^^^^^', 24, 'unknown unit `msec`; did you mean `ms`?'],
    [
      'implicit fps >= 12 ms',
      '^^^^^',
      16,
      '`fps` is a throughput: it is not measured in `ms`, but for example in `12 fps`',
    ],
    ['implicit fps >= 95%', '^^^', 16, '% of what? Write `95 fps` or `95% of fp32 fps`'],
    [
      'implicit fps >= fp32 size',
      '^^^^^^^^^',
      16,
      '`size` is a number of bytes and `fps` is a throughput: they cannot be compared',
    ],
    ['implicit fps >= baseline fps', '^^^', 25, 'expected the end of the clause or `within`'],
    [
      'accuracy gap <= baseline',
      '^^^^^^^^',
      16,
      'a gap in both directions has no baseline: name its variants, `explicit accuracy gap to implicit`',
    ],
    [
      'implicit build time <= 120% of baseline',
      '^^^^^^^^',
      31,
      '`build time` is known of one build alone: compare it with a number',
    ],
    ['implicit fps >= 0% of baseline', '^^', 16, 'a factor is above 0'],
    ['implicit fps >= implicit fps', '^^^^^^^^^^^^', 16, 'a quantity is compared with itself'],
    ['implicit fps >= 0x fp32 fps', '^^', 16, 'a factor is above 0'],
    ['implicit fps >= -1 fps', '^^^^^^', 16, '`fps` is never below 0'],
    [
      'fps >= 3 fps',
      '^^^',
      0,
      'of which variant? One of `fp32 fps`, `implicit fps`, `explicit fps`, `8bit fps`, `other fps`',
    ],
    ['implicit >= 3 fps', '^^^^^^^^', 0, 'which metric of `implicit`? For example `implicit fps`'],
    [
      'explicit accuracy gap < 1%',
      '^^^^^^^^^^^^^^^^^^^^^',
      0,
      'to which variant? For example `explicit accuracy gap to fp32`',
    ],
    ['explicit accuracy gap to fp16 < 1%', '^^^^', 25, 'unknown variant `fp16`; did you mean `fp32`?'],
    [
      'explicit accuracy gap to explicit < 1%',
      '^'.repeat(33),
      0,
      'the accuracy gap of a variant to itself says nothing',
    ],
    [
      'explicit fps to fp32 > 3 fps',
      '^'.repeat(7),
      13,
      `\`fps\` has no \`to\`; it belongs to ${namesOf(metric => metric.reference)}`,
    ],
    [
      "explicit fps of 'y' > 3 fps",
      '^'.repeat(6),
      13,
      `\`fps\` has no \`of\`; it belongs to ${namesOf(metric => metric.ofOutput)}`,
    ],
    ['implicit output SQNR to fp16 >= 25 dB', '^^^^', 24, 'unknown variant `fp16`; did you mean `fp32`?'],
    [
      'implicit output SQNR >= 25 dB',
      '^'.repeat(20),
      0,
      'to which variant? For example `implicit output SQNR to fp32`',
    ],
    ['output SQNR >= 25 dB', '^'.repeat(11), 0, 'is between two variants: write `A output SQNR to B`'],
    ['implicit output SQNR to fp32 of y >= 9 dB', '^', 32, "an output stands in quotes: `of 'y'`"],
    [
      'implicit output SQNR to fp32 of >= 9 dB',
      '^^',
      29,
      "expected an output after `of`, for example `'scores'`",
    ],
    ["implicit output SQNR to fp32 of 'y >= 9 dB", '^^', 32, "an output stands in quotes: `of 'y'`"],
    ["implicit output SQNR to fp32 of 'y' of 'z' >= 9 dB", '^'.repeat(6), 36, 'unexpected `of`'],
    [
      'implicit output snr to fp32 >= 9 dB',
      '^'.repeat(10),
      9,
      'unknown metric `output snr`; did you mean `output SQNR`?',
    ],
    [
      'implicit output cosine to fp32 >= 99%',
      '^^^',
      34,
      '`output cosine` has no unit: write the number alone',
    ],
    ['implicit max output error to fp32 <= -1', '^^', 37, '`max output error` is never below 0'],
    ['implicit fps >= fp32 fps within', '^', 32, 'expected a tolerance after `within`, for example `2%`'],
    ['implicit fps >= fp32 fps within -2%', '^^^', 32, 'a tolerance is never below 0'],
    ['implicit fps >= fp32 fps within 100%', '^^^^', 32, 'a tolerance of 100% or more accepts everything'],
    [
      'implicit fps >= fp32 fps within 5 fps',
      '^^^^^',
      32,
      'engines are compared by a ratio: its tolerance is a percentage, `2%`',
    ],
    [
      'implicit size <= fp32 peak memory',
      '^^^^^^^^^^^^^^^^',
      17,
      'engines are compared by one metric: write `size` here',
    ],
    [
      'implicit p99 latency <= fp32 p50 latency',
      '^^^^^^^^^^^^^^^^',
      24,
      'engines are compared by one metric: write `p99 latency` here',
    ],
    ...[
      ['implicit fps > 10 fps within 11 fps', '^^^^^^', 29, '10 fps'] as const,
      ['implicit p99 latency <= 12 ms within 100 s', '^^^^^', 37, '12 ms'] as const,
      ['implicit size < 2 MB within 2000 kB', '^^^^^^^', 28, '2 MB'] as const,
    ].map(([text, carets, column, bound]): [string, string, number, string] => [
      text,
      carets,
      column,
      `a tolerance as large as the bound ${bound} or larger accepts everything`,
    ]),
    ...[
      ['accuracy gap < 0.5% within 1000%', '^^^^^', 27, '0.5%'] as const,
      ['implicit accuracy >= 50% within 60%', '^^^', 32, '50%'] as const,
      ['implicit accuracy <= 50% within 50%', '^^^', 32, '50%'] as const,
    ].map(([text, carets, column, bound]): [string, string, number, string] => [
      text,
      carets,
      column,
      `the bound ${bound} with this tolerance accepts everything`,
    ]),
    [
      'implicit accuracy >= fp32 accuracy within 100%',
      '^^^^',
      42,
      'a tolerance as large as the metric can be accepts everything',
    ],
    [
      'implicit output cosine to fp32 >= 0.9 within 2',
      '^',
      45,
      'the bound 0.9 with this tolerance accepts everything',
    ],
    [
      'implicit map50 gap to fp32 <= explicit accuracy gap to fp32',
      '^'.repeat(29),
      30,
      'engines are compared by one metric: write `map50 gap` here',
    ],
    ['implicit fps >= 3 fps or more', '^^^^^^^', 22, 'expected the end of the clause or `within`'],
  ])('%s', (text, carets, column, message) => {
    expect(() => parse(text)).toThrow(
      new InputError(['mistake in a clause:', `  ${text}`, `  ${' '.repeat(column)}${carets} ${message}`]),
    )
  })

  test('a gap without implicit or explicit', () => {
    expect(() => parseClause('accuracy gap < 1%', { variants: ['a', 'b'] })).toThrow(
      'is between implicit and explicit, and there is no variant `implicit`; write `A accuracy gap to B`',
    )
  })
})

test('every clause of the language is read and means what its words say', () => {
  fc.assert(
    fc.property(clauses, ({ text, meaning }) => {
      expect(parse(text)).toEqual({ ...meaning, text: text.trim().replace(/\s+/g, ' ') })
    }),
  )
})

test('a clause that was read prints back as one that means the same', () => {
  fc.assert(
    fc.property(clauses, ({ text }) => {
      expect(parse(parse(text).text)).toEqual(parse(text))
    }),
  )
})

test('a text that is no clause by its length is refused without all of it', () => {
  const parse = () => parseClause('fps '.repeat(50_000), { variants: ['fp32'] })
  expect(parse).toThrow(
    /^a clause of 200000 characters, which begins with `fps fps .*`: one has at most 1000$/,
  )
})

test('no text throws anything but an InputError', () => {
  const known = 'implicit fps accuracy gap to within baseline of >= < 3 2% 95% x ms'.split(' ')
  const word = fc.constantFrom(...known)
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(word, fc.string()), { maxLength: 9 }).map(words => words.join(' ')),
  )
  fc.assert(
    fc.property(text, source => {
      try {
        expect(parse(source).text).toBe(source.trim().replace(/\s+/g, ' '))
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
      }
    }),
    { numRuns: 300 },
  )
})

interface Sample {
  readonly text: string
  readonly meaning: Omit<Clause, 'text'>
}

/** Clauses from the grammar, with irregular spaces, and what they must be read as. */
const clauses: fc.Arbitrary<Sample> = fc
  .record({
    metric: fc.constantFrom<Metric>(...metrics),
    subject: fc.constantFrom('implicit', 'fp32', '8bit'),
    comparison: fc.constantFrom<[string, Comparison]>(
      ['>=', '>='],
      ['>', '>'],
      ['<=', '<='],
      ['<', '<'],
      ['≥', '>='],
      ['≤', '<='],
    ),
    bound: fc.constantFrom('quantity', 'factor', 'share', 'value'),
    number: fc.integer({ min: 1, max: 9999 }),
    unit: fc.nat(),
    percent: fc.option(fc.integer({ min: 0, max: 99 })),
    space: fc.constantFrom(' ', '  ', '\t'),
  })
  .map(({ metric, subject, comparison: [sign, comparison], bound, unit, space, ...numbers }) => {
    // Around 50% with less than 50 points of tolerance there is something to fail.
    const hasEnds = metric.kind.percent === 'points' && bound === 'value'
    const isCosine = metric.kind === kinds.cosine && bound === 'value'
    const number = hasEnds ? 50 : isCosine ? 0.5 : numbers.number
    const percent = hasEnds && numbers.percent !== null ? numbers.percent % 50 : numbers.percent
    const to = metric.reference && { reference: 'other' }
    const left: Quantity = { metric: metric.name, variant: subject, ...to }
    const compared: Quantity = { metric: metric.name, variant: 'explicit', ...to }
    const right = boundSample(bound, compared, metric.kind, number, unit)
    const words = [
      subject,
      metric.name,
      ...(to ? ['to other'] : []),
      sign,
      right.text,
      ...(percent === null ? [] : [`within ${percent}%`]),
    ]
    const value = (percent ?? 0) / 100
    const kind = metric.kind.percent === 'relative' ? 'relative' : 'absolute'
    return {
      text: words.join(space),
      meaning: {
        quantity: left,
        comparison,
        bound: right.bound,
        ...(percent !== null && { tolerance: { kind, value, text: `${percent}%` } as const }),
      },
    }
  })

function boundSample(
  bound: string,
  quantity: Quantity,
  kind: Kind,
  number: number,
  unit: number,
): { text: string; bound: Clause['bound'] } {
  const name = `${quantity.variant} ${quantity.metric}${quantity.reference ? ' to other' : ''}`
  if (bound === 'quantity') return { text: name, bound: { kind: 'quantity', factor: 1, quantity } }
  if (bound === 'factor') {
    return { text: `${number}x ${name}`, bound: { kind: 'quantity', factor: number, quantity } }
  }
  if (bound === 'share') {
    return { text: `${number}% of ${name}`, bound: { kind: 'quantity', factor: number / 100, quantity } }
  }
  const units = Object.entries(kind.units)
  const [suffix, size] = units[unit % units.length] ?? ['', 1]
  const text = `${number} ${suffix}`.trim()
  return { text, bound: { kind: 'value', value: expect.closeTo(number * size, 9) as number, text } }
}
