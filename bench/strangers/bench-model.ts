import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { examineFile } from './examine-file.ts'
import { sizeOfModel } from './facts/size-of-model.ts'
import { judge } from './judge.ts'
import type { Probe } from './probe.ts'
import type { Row, Step } from './row.ts'
import { readSamples } from './samples/samples.ts'
import { splitSamples } from './samples/split-samples.ts'
import { stepOf } from './step-of.ts'
import type { Subject } from './subjects.ts'
import { timeFiles } from './time-files.ts'
import { probeModel, quantract, type Tools } from './tools.ts'

/** Everything that quantract does with a model, and what comes of it. */
export async function benchModel({ name, path, samples: archives }: Subject, tools: Tools): Promise<Row> {
  const [archive, probe] = await probeWith(path, archives, tools)
  const run = async (step: string, ...args: string[]) => stepOf(step, await quantract(args, tools))
  const kind = probe.facts?.kind ?? 'no model'
  const bytes = await sizeOfModel(path)
  const base = { name, kind, bytes, ...(probe.failure !== undefined && { unrunnable: probe.failure }) }
  const samples = await splitSamples(archive, probe, tools)
  const calibration = samples?.calibration ?? archive ?? 'random'
  const inputs = samples ? ['--calibration', samples.evaluation] : []
  const data = samples?.says ?? 'none'
  if (kind !== 'float') {
    const out = join(tools.folder, 'again.onnx')
    const steps = [
      await run('compare', 'compare', path, path, ...inputs, '--budget', '2'),
      // Nobody quantizes twice: this is to be refused in one sentence.
      await run('quantize', 'quantize', path, '--to', 'explicit', '--calibration', calibration, '-o', out),
    ]
    const row = { ...base, data, steps }
    return { ...row, misses: judge(row, probe) }
  }
  const steps: Step[] = []
  const files: Record<string, string> = {}
  for (const variant of tools.variants) {
    for (const placement of variant === 'explicit' ? tools.placements : [undefined]) {
      const step = placement === undefined ? variant : `${variant} ${placement}`
      const out = join(tools.folder, `${step.replace(' ', '-')}.onnx`)
      const how = placement === undefined ? [] : ['--placement', placement]
      const made = await run(
        step,
        'quantize',
        path,
        '--to',
        variant,
        ...how,
        '--calibration',
        calibration,
        '-o',
        out,
      )
      if (existsSync(out)) files[step] = out
      steps.push(existsSync(out) ? { ...made, written: await examineFile(out, path, samples, tools) } : made)
    }
  }
  const [other = path] = Object.values(files)
  if (tools.commands.includes('compare'))
    steps.push(await run('compare', 'compare', path, other, ...inputs, '--budget', '2'))
  if (tools.commands.includes('explain')) steps.push(await run('explain', 'explain', path, other, ...inputs))
  if (archive !== undefined && (await hasLabels(archive))) {
    steps.push(await run('check', 'check', await contractOnLabels(path, archive, tools.folder)))
  }
  const timed = samples && Object.keys(files).length > 0 ? await timeFiles(path, files, samples, tools) : {}
  const row = { ...base, data, steps, ...timed }
  return { ...row, misses: judge(row, probe) }
}

/** The first archive that the model runs on, if there is one, and how it runs. */
async function probeWith(
  model: string,
  archives: readonly string[],
  tools: Tools,
): Promise<[string | undefined, Probe]> {
  for (const data of archives) {
    const probe = await probeModel({ model, data }, tools)
    if (probe.failure === undefined) return [data, probe]
  }
  const probe = await probeModel({ model }, tools)
  // Data that fit no model that runs are still what somebody gave.
  return [probe.sized ? undefined : archives[0], probe]
}

async function hasLabels(archive: string): Promise<boolean> {
  const samples = await readSamples(archive).catch(() => undefined)
  return samples !== undefined && (samples.has('label') || samples.has('labels'))
}

/** A contract about the float model's accuracy. */
async function contractOnLabels(model: string, archive: string, folder: string): Promise<string> {
  const contract = join(folder, 'labels.contract.json')
  const spec = {
    title: 'accuracy of float',
    model: resolve(model),
    data: { evaluation: { npz: resolve(archive) } },
    variants: { float: { quantization: 'none' } },
    clauses: ['float accuracy >= 1%'],
  }
  await writeFile(contract, JSON.stringify(spec))
  return contract
}
