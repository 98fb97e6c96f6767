import { readModel } from '../../src/onnx/read-model.ts'
import type { OutputError } from './answers.ts'
import type { Int8Counts } from './facts/int8-counts.ts'
import { modelFacts } from './facts/model-facts.ts'
import { sizeOfModel } from './facts/size-of-model.ts'
import type { Step } from './row.ts'
import { judging, type SplitSamples } from './samples/split-samples.ts'
import { inWorker, type Tools } from './tools.ts'

/** What there is to an INT8 form that was written: its bytes, and how it runs and answers in plain sessions. */
export async function examineFile(
  file: string,
  float: string,
  samples: SplitSamples | undefined,
  tools: Tools,
): Promise<NonNullable<Step['written']>> {
  const bytes = await sizeOfModel(file)
  try {
    const { unusedDomains, copies, paths } = modelFacts(await readModel(file))
    const found = { bytes, unusedDomains, copies, paths }
    const counts = await inWorker<Int8Counts>({ job: 'counts', model: file }, tools)
    if (!samples) return { ...found, counts }
    const job = { job: 'answers', float, int8: file, data: samples.evaluation, inferences: judging } as const
    return { ...found, counts, errors: await inWorker<OutputError[]>(job, tools) }
  } catch (error) {
    return { bytes, unusedDomains: [], copies: [], paths: [], failure: (error as Error).message }
  }
}
