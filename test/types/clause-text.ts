import type { ClauseText } from '../../src/contract/clause/clause-text.ts'

type Variants = 'fp32' | 'implicit' | 'explicit'

declare function uphold<const T extends string>(clause: ClauseText<T, Variants>): void
declare function upholdWithMetric<const T extends string>(clause: ClauseText<T, Variants, 'mean iou'>): void
declare function upholdAny<const T extends string>(clause: ClauseText<T, string>): void
declare const unknownText: string
declare const unknownVariant: string
declare const oneOfTwo: 'implicit' | 'explicit'

uphold('implicit fps >= explicit fps')
uphold('implicit fps>=explicit fps within 2%')
uphold('  implicit   fps ≥ 1.5x fp32 fps ')
uphold('implicit p99 latency <= 12 ms')
uphold('implicit p99 latency ≤ 12ms within 0.2 ms')
uphold('accuracy gap < 0.5%')
uphold('explicit accuracy gap to fp32 < 0.5 pp')
uphold('explicit size <= 95% of fp32 size')
uphold('explicit size <= 95% of fp32 size within 3 kB')
uphold('explicit build time < 1.5 × implicit build time')
uphold('implicit peak memory < 4 MiB')
uphold('implicit output SQNR to fp32 >= 25 dB')
uphold("implicit output SQNR to fp32 of 'scores' >= 25 dB within 1 dB")
uphold("implicit output cosine of 'a>b' to fp32 >= 0.99")
uphold('implicit max output error to fp32 <= 0.05')
uphold('implicit output cosine to fp32 >= explicit output cosine to fp32 within 1%')
uphold('explicit size <= baseline')
uphold('explicit fps >= 95% of baseline within 2%')
uphold(unknownText)
uphold(`${unknownVariant} fps > 3 fps`)
uphold(`${oneOfTwo} fps > 3 fps`)
upholdWithMetric('implicit mean iou >= 0.8 within 2%')
upholdWithMetric('implicit mean iou >= fp32 mean iou')
upholdAny('whatever fps >= 3 fps')

// @ts-expect-error unknown variant
uphold('implicitt fps >= explicit fps')
// @ts-expect-error unknown variant in the bound
uphold('implicit fps >= int8 fps')
// @ts-expect-error unknown variant after `to`
uphold('explicit accuracy gap to fp16 < 1%')
// @ts-expect-error unknown variant after the `to` of an output error
uphold('implicit output SQNR to fp16 >= 25 dB')
// @ts-expect-error a cosine has no unit
uphold('implicit output cosine to fp32 >= 99%')
// @ts-expect-error a ratio has a unit
uphold('implicit output SQNR to fp32 >= 25')
// @ts-expect-error unknown metric with a second variant
uphold('implicit output SNR to fp32 >= 25 dB')
// @ts-expect-error unknown metric
uphold('implicit fsp >= explicit fps')
// @ts-expect-error unknown metric in the bound
uphold('implicit fps >= 2x explicit speed')
// @ts-expect-error a baseline is of the same metric
uphold('explicit size <= 95% of baseline size')
// @ts-expect-error unit of another kind
uphold('implicit fps >= 12 ms')
// @ts-expect-error unknown unit
uphold('implicit p99 latency <= 12 msec')
// @ts-expect-error no unit
uphold('implicit fps >= 12')
// @ts-expect-error a unit that only tolerances have
uphold('implicit fps >= 12%')
// @ts-expect-error kinds that cannot be compared
uphold('implicit fps >= explicit p99 latency')
// @ts-expect-error tolerance with a unit of another kind
uphold('implicit fps >= explicit fps within 2 ms')
// @ts-expect-error no comparison
uphold('implicit fps = explicit fps')
// @ts-expect-error one of the two clauses is wrong
uphold(`${oneOfTwo} fps > ${oneOfTwo} size`)
// @ts-expect-error metric that was not added
uphold('implicit mean iou >= 0.8')
// @ts-expect-error metrics that the user adds have no unit
upholdWithMetric('implicit mean iou >= 0.8 fps')
