import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cheapestPlan } from '../../../src/builder/tuner/cheapest-plan.ts'
import { type CostModel, planCost } from '../../../src/builder/tuner/cost-model.ts'

/** Float and INT8 µs of each region; tensors with their producer, their consumers, and the price of crossing. */
function model(
  regions: readonly (readonly [float: number, int8: number])[],
  boundaries: readonly Partial<CostModel['boundaries'][number]>[],
): CostModel {
  return {
    regions: regions.map(([float, int8], i) => ({ nodes: [`n${i}`], microseconds: { float, int8 } })),
    boundaries: boundaries.map((boundary, i) => ({
      tensor: `t${i}`,
      producer: undefined,
      consumers: [],
      floatReaders: 0,
      quantize: 0,
      dequantize: 0,
      ...boundary,
    })),
  }
}

describe('the cheapest plan', () => {
  test('takes the faster precision where crossing is free', () => {
    expect([
      ...cheapestPlan(
        model(
          [
            [3, 1],
            [1, 3],
            [5, 4],
          ],
          [],
        ),
      ),
    ]).toEqual([0, 2])
  })

  test('leaves a fast float layer in INT8 where leaving INT8 and coming back costs more', () => {
    const chain = (price: number) =>
      model(
        [
          [9, 1],
          [1, 2],
          [9, 1],
        ],
        [
          { producer: 0, consumers: [1], quantize: price, dequantize: price },
          { producer: 1, consumers: [2], quantize: price, dequantize: price },
        ],
      )
    expect([...cheapestPlan(chain(0.4))]).toEqual([0, 2])
    expect([...cheapestPlan(chain(0.6))]).toEqual([0, 1, 2])
  })

  test('pays for the Q of a tensor once, for the DQ once for each reader in float', () => {
    const input = { consumers: [0, 1], quantize: 3 }
    expect([
      ...cheapestPlan(
        model(
          [
            [4, 2],
            [4, 2],
          ],
          [input],
        ),
      ),
    ]).toEqual([0, 1])
    expect([...cheapestPlan(model([[4, 2]], [{ ...input, consumers: [0] }]))]).toEqual([])
    const output = { producer: 0, dequantize: 1 }
    expect([...cheapestPlan(model([[4, 2]], [{ ...output, floatReaders: 1 }]))]).toEqual([0])
    expect([...cheapestPlan(model([[4, 2]], [{ ...output, floatReaders: 3 }]))]).toEqual([])
  })

  test('costs as little as the best of all plans, on any graph', () => {
    const cost = fc.integer({ min: 0, max: 20 })
    const models = fc.integer({ min: 1, max: 9 }).chain(size =>
      fc.record({
        regions: fc.array(fc.tuple(cost, cost), { minLength: size, maxLength: size }),
        boundaries: fc.array(
          fc.record({
            producer: fc.option(fc.nat(size - 1), { nil: undefined }),
            consumers: fc.uniqueArray(fc.nat(size - 1), { maxLength: 4 }),
            floatReaders: fc.nat(2),
            quantize: cost,
            dequantize: cost,
          }),
          { maxLength: 12 },
        ),
      }),
    )
    fc.assert(
      fc.property(models, ({ regions, boundaries }) => {
        const costs = model(
          regions,
          boundaries.map(({ consumers, ...boundary }) => ({
            ...boundary,
            consumers: consumers.filter(region => region !== boundary.producer),
          })),
        )
        const all = Array.from({ length: 2 ** regions.length }, (_, bits) =>
          planCost(costs, new Set(regions.flatMap((_, i) => ((bits >> i) & 1 ? [i] : [])))),
        )
        expect(planCost(costs, cheapestPlan(costs))).toBe(Math.min(...all))
      }),
      { numRuns: 500 },
    )
  })
})
