/**
 * Whether our ratio of OpenVINO's INT8 to its float is that of a plain loop in Python: in processes of their own, which take
 * turns several times, and by turns in one process on the same two compiled models. Only the latter compares the ways to time:
 * two processes that compile the same models have ratios that differ by some percent, whoever times them.
 *
 *     QUANTRACT_PYTHON=venv/bin/python npm run bench:python-loop -- [--models a,b,c] [--rounds 3] [--seconds 20]
 *
 * Models and samples as for `bench:engines`. Exits with 1 if the two differ by more than 0.5% in one process: for a quiet machine.
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
  '| model | quantract, each run | Python, each run | quantract beside Python in one process, each run | their median |\n|---|---|---|---|---|',
)
let most = 0
for (const name of values.models.split(',')) {
  const { model, calibration } = await prepare(name, values)
  const ours: number[] = []
  const theirs: number[] = []
  const differences: number[] = []
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
    const [, ...models] = loop
    const same = [
      ownFile('bench/engines/same_requests.py'),
      ownFile('src/backends/openvino/python'),
      ...models,
    ]
    const [own = NaN, plain = NaN] = (await execa(python, same)).stdout.split(' ').map(Number)
    differences.push(own / plain - 1)
  }
  const difference = median(differences)
  most = Math.max(most, Math.abs(difference))
  const shown = (ratios: readonly number[]) => ratios.map(ratio => ratio.toFixed(4)).join(', ')
  const percent = (share: number) => `${(100 * share).toFixed(2)}%`
  console.log(
    `| ${name} | ${shown(ours)} | ${shown(theirs)} | ${differences.map(percent).join(', ')} | ${percent(difference)} |`,
  )
}
process.exitCode = most <= 0.005 ? 0 : 1
