import { join } from 'node:path'
import { median, min } from 'simple-statistics'
import { openEngines } from '../../src/backends/onnxruntime/session/open-engines.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { cutModel } from './cut-model.ts'
import type { Optimized } from './optimize.ts'

const [rounds, perSegment] = [20, 7]

/** Times in µs, without a profiler. */
export interface PrefixTimes {
  /** Of each node, in the order of running: what a model that ends behind it takes longer than one that ends before it. */
  readonly kernels: readonly number[]
  /** Of the whole model. */
  readonly whole: number
  /** Of a model without layers. */
  readonly outside: number
}

/** Times a model cut off behind its first node, behind its second, and so on, in turns in one process. */
export async function prefixTimes({ model, path, feed }: Optimized, directory: string): Promise<PrefixTimes> {
  const { node, input, initializer } = model.graph!
  const constants = new Set(initializer.map(({ name }) => name))
  const inputs = input.filter(({ name }) => !constants.has(name))
  const settings = { threads: 1, level: 'disabled' } as const
  const models = []
  for (let length = 0; length <= node.length; length++) {
    const cut = join(directory, `${length}.onnx`)
    await writeModel(cutModel(model, node.slice(0, length), inputs), cut)
    models.push({ id: `${length}`, model: cut, settings })
  }
  const engines = await openEngines([...models, { id: 'whole', model: path, settings: { threads: 1 } }], {
    pinTo: 1,
  })
  try {
    await engines.feed([feed])
    const ids = [...models.map(({ id }) => id), 'whole']
    const times = new Map(ids.map(id => [id, [] as number[]]))
    for (let round = 0; round <= rounds; round++) {
      const order = round % 2 === 0 ? ids : ids.toReversed()
      const milliseconds = await engines.time(order, perSegment)
      // The first round warms up.
      if (round === 0) continue
      for (const [segment, id] of order.entries()) {
        const segmentTimes = milliseconds.subarray(segment * perSegment, (segment + 1) * perSegment)
        times.get(id)!.push(1000 * min([...segmentTimes]))
      }
    }
    const of = (id: string | number) => times.get(`${id}`)!
    const kernels = node.map((_, index) =>
      median(of(index + 1).map((time, round) => time - of(index)[round]!)),
    )
    return { kernels, whole: median(of('whole')), outside: median(of(0)) }
  } finally {
    await engines.stop()
  }
}
