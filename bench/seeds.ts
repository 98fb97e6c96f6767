/**
 * Accuracy of the implicit builder's model by seed: noise and seeds decide which plan is taken, and should decide nothing
 * else. The builder sees no labels here; a tenth of the samples calibrates, the others judge.
 *
 *     npm run bench:seeds [model...]
 *
 * Needs the labelled models where QUANTRACT_SHARED says, and a Python with numpy, onnx and Pillow (QUANTRACT_PYTHON).
 */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildEngines } from '../src/builder/build-engines.ts'
import { loadDataset } from '../src/data/load-dataset.ts'
import { shared } from '../test/support/shared.ts'
import { accuracyOf } from './quantizer/accuracy-of.ts'
import { models } from './quantizer/models.ts'
import { runPython } from './quantizer/python.ts'

const seeds = [1, 2, 3]

const given = process.argv.slice(2)
const directory = await mkdtemp(join(tmpdir(), 'quantract-seeds-'))
process.env.QUANTRACT_CACHE = join(directory, 'cache')
try {
  for (const { name, data } of models.filter(({ name }) => given.length === 0 || given.includes(name))) {
    const model = shared('models', `${name}.onnx`)
    const own = join(directory, name)
    await runPython('data.py', [data, model, shared('models', 'eval'), own])
    const evaluation = join(own, 'evaluation.npz')
    if (!existsSync(evaluation)) continue
    const labelled = await loadDataset(evaluation, 'evaluation')
    const float = await accuracyOf(model, labelled)
    const found: string[] = []
    const accuracies: number[] = []
    for (const seed of seeds) {
      const { implicit } = await buildEngines({
        model,
        calibration: join(own, 'calibration.npz'),
        variants: { implicit: { quantization: 'implicit' } },
        seed,
      })
      const accuracy = await accuracyOf(implicit.model, labelled)
      accuracies.push(accuracy)
      const { chosen, undecided } = implicit.tuning!
      found.push(
        `${percent(accuracy)} (${chosen}${undecided ? ', noise decided' : ''}, ${implicit.buildSeconds.toFixed(0)} s)`,
      )
    }
    const spread = Math.max(...accuracies) - Math.min(...accuracies)
    console.log(`${name}: fp32 ${percent(float)}; ${found.join('; ')}; apart ${percent(spread)}`)
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`
}
