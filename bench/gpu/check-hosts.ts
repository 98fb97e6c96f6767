/**
 * One contract by both hosts: builds the variants of a model, measures them and decides, with TensorRT's Python module and
 * with trtexec. Prints the evidence of each and writes it to check-hosts.json.
 *
 *     node --import tsx bench/gpu/check-hosts.ts [model] [batch] [seconds a clause] [builds]
 *
 * About 3 minutes of builds, so many times, and one of measuring for each host.
 */
import { writeFile } from 'node:fs/promises'
import type { ContractEvidence } from '../../src/contract/evidence.ts'
import { parseClause } from '../../src/contract/parse-clause.ts'
import { runContract } from '../../src/contract/run-contract.ts'
import { formatEvidence } from '../../src/report/format-evidence.ts'
import { gpuSpec, type ModelName } from './models.ts'

const [name = 'resnet20', batch = '64', seconds = '20', builds = '1'] = process.argv.slice(2)
const texts = ['implicit fps >= explicit fps', 'implicit fps >= fp32 fps', 'accuracy gap < 2%']
const names = { variants: ['fp32', 'implicit', 'explicit'] }
const evidence: ContractEvidence[] = []
for (const host of ['python', 'trtexec'] as const) {
  const spec = gpuSpec(
    name as ModelName,
    { host, batch: Number(batch), builds: Number(builds) },
    Number(seconds),
  )
  const clauses = texts
    .filter(text => 'evaluation' in spec || !text.startsWith('accuracy'))
    .map(text => parseClause(text, names))
  const found = await runContract(
    { title: `${name}, batch ${batch}, by ${host}`, spec, clauses, onInconclusive: 'fail' },
    { onProgress: line => console.error(line) },
  )
  console.log(`${formatEvidence(found)}\n`)
  evidence.push(found)
  await writeFile('check-hosts.json', JSON.stringify(evidence))
}
