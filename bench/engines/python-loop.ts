/**
 * Whether our ratio of OpenVINO's INT8 to its float is that of a plain loop in Python, in one process. Both take turns, several
 * times, because the machine changes meanwhile.
 *
 *     QUANTRACT_PYTHON=venv/bin/python npm run bench:python-loop -- [--models a,b,c] [--rounds 3] [--seconds 20]
 *
 * Models and samples as for `bench:engines`. For a quiet machine: exits with 1 if the two differ by more than 0.5%.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { median } from 'simple-statistics'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import { ownFile } from '../../src/own-package.ts'
import { prepare } from './prepare.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    models: { ...text, default: 'mlperf_tiny_kws_dscnn,resnet20_cifar10,squeezenet1.1' },
    rounds: { ...text, default: '3' },
    seconds: { ...text, default: '20' },
    data: text,
    nncf: text,
    cpu: { ...text, default: String(availableParallelism() - 1) },
  },
})
const clause = parseClause('int8 fps >= float fps within 1%', { variants: ['float', 'int8'] })
const python = process.env.QUANTRACT_PYTHON ?? 'python3'

console.log(
  '| model | quantract, each run | Python, each run | difference of the medians |\n|---|---|---|---|',
)
let most = 0
for (const name of values.models.split(',')) {
  const { model, calibration } = await prepare(name, values)
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 1; round <= Number(values.rounds); round++) {
    const engines = await buildEngines({
      model,
      calibration,
      target: { backend: 'openvino' },
      variants: {
        float: { quantization: 'none' },
        int8: { quantization: 'explicit', placement: 'openvino', outputError: 'none' },
      },
      seed: round,
      budgetSeconds: Number(values.seconds),
      precision: '0.1%',
    })
    ours.push((await evaluateClause(clause, engines)).estimate.value)
    const { float, int8 } = engines
    const script = ownFile('bench/engines/python_loop.py')
    const loop = [script, float.model, int8.model, calibration, values.seconds, values.cpu]
    theirs.push(Number((await execa(python, loop)).stdout))
  }
  const difference = median(ours) / median(theirs) - 1
  most = Math.max(most, Math.abs(difference))
  const shown = (ratios: readonly number[]) => ratios.map(ratio => ratio.toFixed(4)).join(', ')
  console.log(`| ${name} | ${shown(ours)} | ${shown(theirs)} | ${(100 * difference).toFixed(2)}% |`)
}
process.exitCode = most > 0.005 ? 1 : 0
