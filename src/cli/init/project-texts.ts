import { randomSource, type Subject } from './contract-text.ts'
import type { Project } from './find-project.ts'

/** The configuration of Vitest. */
export const configText = `import quantract from 'quantract/plugin'
import { defineConfig } from 'vitest/config'

// Contracts (*.contract.json) are test files, with a test for each clause.
export default defineConfig({ plugins: [quantract()] })
`

/** A spec that promises in code what a contract promises in a file. */
export function specText(name: string, { model, data, fromContract }: Subject): string {
  const file = (path: string) => `file(${quoted(fromContract(path))})`
  const explicit =
    model.explicit === undefined
      ? "{ quantization: 'explicit', placement: 'onnxruntime' }"
      : `{ quantization: 'explicit', model: ${file(model.explicit)} }`
  const calibration =
    data.calibration === undefined ? randomSource(model.inputs, key) : file(data.calibration)
  return `import { fileURLToPath } from 'node:url'
import { buildEngines } from 'quantract'
import { expect, test } from 'vitest'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

test(${quoted(`${name}: quantizing makes it no slower`)}, async () => {
  const engines = await buildEngines({
    model: ${file(model.path)},
    calibration: ${calibration},${data.evaluation === undefined ? '' : `\n    evaluation: ${file(data.evaluation)},`}
    variants: {
      fp32: { quantization: 'none' },
      implicit: { quantization: 'implicit' },
      explicit: ${explicit},
    },
  })
  await expect(engines.implicit).toBeAtLeastAsFastAs(engines.fp32, { within: '2%' })
  // await expect(engines).toUphold('explicit p99 latency <= 10 ms')
})
`
}

/** As the code base of most people has it. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
}

function key(text: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(text) ? text : quoted(text)
}

const setups: Readonly<Record<Project['manager'], readonly string[]>> = {
  npm: ['- uses: actions/setup-node@v4', '  with: { node-version: 22, cache: npm }'],
  pnpm: [
    '- uses: pnpm/action-setup@v4',
    '- uses: actions/setup-node@v4',
    '  with: { node-version: 22, cache: pnpm }',
  ],
  yarn: ['- uses: actions/setup-node@v4', '  with: { node-version: 22, cache: yarn }'],
  bun: ['- uses: oven-sh/setup-bun@v2', '- uses: actions/setup-node@v4', '  with: { node-version: 22 }'],
}

/** A workflow of GitHub that runs contracts for every pull request. */
export function workflowText({ manager, install, run, inRoot }: Project): string {
  const here = inRoot === undefined ? '' : `${inRoot}/`
  const defaults = inRoot === undefined ? '' : `    defaults:\n      run: { working-directory: ${inRoot} }\n`
  return `# Contracts of quantized models, checked for every pull request.
name: quantract
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  contracts:
    runs-on: ubuntu-latest
    timeout-minutes: 60
${defaults}    env:
      # Engines that were built for the same model and data are not built again.
      QUANTRACT_CACHE: \${{ github.workspace }}/.quantract
      QUANTRACT_REPORT: quantract-report
      # Engines run on the CPU: no CUDA libraries are downloaded.
      ONNXRUNTIME_NODE_INSTALL: skip
    steps:
      - uses: actions/checkout@v4
        with: { lfs: true }
${setups[manager].map(line => `      ${line}`).join('\n')}
      - run: ${install}
      - uses: actions/cache@v4
        with:
          path: .quantract
          key: quantract-\${{ runner.os }}-\${{ hashFiles('**/*.onnx', '**/*.npz', '**/*.contract.json') }}
          restore-keys: quantract-\${{ runner.os }}-
      - run: ${run} vitest run
      - uses: actions/upload-artifact@v4
        if: always()
        with: { name: quantract-report, path: ${here}quantract-report, if-no-files-found: ignore }
`
}
