import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { firstSamples } from '../../data/first-samples.ts'
import { openNpz } from '../../data/npz/open-npz.ts'
import { openSamples } from '../../data/open-samples.ts'
import { checkInputs } from '../../engine/feeds/feeds.ts'
import { fixedBatch } from '../../engine/fixed-batch.ts'
import { InputError, messageOf } from '../../errors.ts'
import type { ModelToPromise } from './open-model.ts'

/** Files with samples for a model, relative to the working directory. */
export interface FoundData {
  readonly calibration: string | undefined
  readonly evaluation: string | undefined
  /** Whether the evaluation data have labels. */
  readonly isLabelled: boolean
  /** Of each file that was looked at and does not fit, why, with its name. */
  readonly leftOut: readonly string[]
}

const labels = new Set(['label', 'labels'])

/**
 * Takes the files that are named, or looks for those with an array for each input of the model: in the working directory,
 * in its `data`, beside the model, and beside the contract. One with labels evaluates, one without calibrates.
 *
 * @throws InputError if a file that is named has no array for an input
 */
export async function findData(
  model: ModelToPromise,
  besideContract: string,
  named: { readonly calibration: string | undefined; readonly evaluation: string | undefined },
): Promise<FoundData> {
  for (const file of Object.values(named)) if (file !== undefined) await checkFits(file, model)
  const found = new Map<string, ReadonlySet<string>>()
  const leftOut: string[] = []
  const folders = [dirname(model.path), besideContract]
  for (const file of model.inputs.length > 0 ? await candidates(folders) : []) {
    try {
      await checkFits(file, model)
      found.set(file, await arraysOf(file))
    } catch (error) {
      leftOut.push(messageOf(error))
    }
  }
  const files = [...found.keys()]
  const isLabelledFile = (file: string) => [...found.get(file)!].some(name => labels.has(name))
  const evaluation = named.evaluation ?? files.find(isLabelledFile)
  const calibration =
    named.calibration ??
    files.find(file => file !== evaluation && /calib/i.test(file)) ??
    files.find(file => file !== evaluation && !isLabelledFile(file)) ??
    // Accuracy takes ranges from real samples; that they are the same ones is told when they are used.
    evaluation
  const arrays = evaluation === undefined ? new Set<string>() : await arraysOf(evaluation)
  return { calibration, evaluation, isLabelled: [...arrays].some(name => labels.has(name)), leftOut }
}

/** Throws InputError if a file does not hold samples in the types and shapes of the model's inputs. */
async function checkFits(file: string, { inputs, path }: ModelToPromise): Promise<void> {
  const names = await arraysOf(file)
  const absent = inputs.find(({ name }) => !names.has(name))
  if (absent) {
    const has = [...names].map(name => `\`${name}\``).join(', ') || 'none'
    throw new InputError(`${file}: has no array \`${absent.name}\`, which ${path} takes; its arrays: ${has}`)
  }
  const stream = await openSamples({ npz: file }, inputs, 'calibration')
  const sample = await firstSamples(stream, { count: 1 })
  checkInputs(sample, inputs, fixedBatch(inputs, sample.inputs) ?? 1)
}

async function arraysOf(file: string): Promise<ReadonlySet<string>> {
  return new Set((await openNpz(file, file)).keys())
}

async function candidates(beside: readonly string[]): Promise<readonly string[]> {
  const folders = [...new Set(['.', ...beside].flatMap(folder => [join(folder), join(folder, 'data')]))]
  const found = await Promise.all(
    folders.map(async folder => {
      const names = await readdir(folder).catch(() => [])
      return names.filter(name => name.endsWith('.npz')).map(name => join(folder, name))
    }),
  )
  return [...new Set(found.flat())].sort()
}
