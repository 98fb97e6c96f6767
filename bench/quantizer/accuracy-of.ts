import { accuracyScore } from '../../src/accuracy/score.ts'
import { openEngines } from '../../src/backends/onnxruntime/session/open-engines.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import { feedsOf } from '../../src/engine/feeds/feeds.ts'

/**
 * Share of the samples that a model classifies right.
 *
 * @param config settings of the session, e.g. to run Q/DQ nodes in float
 */
export async function accuracyOf(
  model: string,
  dataset: Dataset,
  config: Readonly<Record<string, string>> = {},
): Promise<number> {
  const engines = await openEngines([{ id: 'judged', model, settings: { threads: 1, config } }])
  try {
    const { inputs } = engines.signatures.get('judged')!
    const outputs: Map<string, Float32Array>[] = []
    for (const feed of feedsOf(dataset, inputs, 1)) {
      const [result] = await engines.infer('judged', [feed])
      outputs.push(new Map([...result!].map(([name, { data }]) => [name, data as Float32Array])))
    }
    const samples = [...outputs.keys()]
    const scores = accuracyScore.scores({ model, samples, outputs }, dataset)
    return scores.reduce((sum, score) => sum + score, 0) / scores.length
  } finally {
    await engines.stop()
  }
}
