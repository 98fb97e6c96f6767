/** A process for one job in the native runtime, so that a crash of it is an answer too. Reads and writes JSON files. */
import { readFile, writeFile } from 'node:fs/promises'
import { type AnswersJob, answers } from './answers.ts'
import { type CountsJob, int8Counts } from './facts/int8-counts.ts'
import { type ProbeJob, probe } from './probe.ts'
import { type TimingJob, timing } from './timing.ts'

export type Job = ProbeJob | AnswersJob | TimingJob | CountsJob

const [, , from, to] = process.argv as [string, string, string, string]
const job = JSON.parse(await readFile(from, 'utf8')) as Job
await writeFile(to, JSON.stringify(await run(job)))

function run(job: Job): Promise<unknown> {
  switch (job.job) {
    case 'probe':
      return probe(job)
    case 'answers':
      return answers(job)
    case 'timing':
      return timing(job)
    case 'counts':
      return int8Counts(job)
  }
}
