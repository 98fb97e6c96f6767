import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { explain } from '../../../src/explain/explain.ts'
import { findFiles } from '../../../src/explain/tensorrt/find-files.ts'
import { readEngine } from '../../../src/explain/tensorrt/read-engine.ts'
import { formatExplanation } from '../../../src/report/explanation/format-explanation.ts'
import { missing } from '../../support/shared.ts'
import { recordings } from './recordings.ts'

/** What is printed about two recordings, engines named as their files. */
async function printed(a: string, b: string, names: readonly [string, string]): Promise<string> {
  const [engineA, engineB] = await Promise.all([
    readEngine(findFiles(a), names[0]),
    readEngine(findFiles(b), names[1]),
  ])
  return formatExplanation(explain(engineA!, engineB!))
}

const examples = [
  ['docs/explain.md', recordings.fp16, recordings.qat, ['resnet', 'resnet-qat']],
  ['docs/explain.md', recordings.implicit64, recordings.explicit64, ['implicit.b64', 'inputs.b64']],
  ['README.md', recordings.fp16, recordings.qat, ['resnet', 'resnet-qat']],
] as const

describe.skipIf(missing(recordings.fp16, recordings.implicit64))('examples are what is printed', () => {
  test.each(examples)('%s', async (page, a, b, names) => {
    const blocks = [...(await readFile(page, 'utf8')).matchAll(/```text\n(.*?)\n```/gs)].map(
      ([, text]) => text!,
    )
    const example = blocks.find(text => text.includes(`${names[0]} takes`))!
    const lines = new Set((await printed(a, b, names)).split('\n'))
    for (const line of example.split('\n')) if (line !== '...') expect(lines).toContain(line)
  })
})
