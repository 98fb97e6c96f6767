import type { Engine, EngineContext } from '../../builder/engine.ts'
import { environment } from '../../engine/environment.ts'
import type { Metric } from '../metrics/metric.ts'

/** What has to be equal for two figures to be comparable, by the names that messages use. */
export type Conditions = Readonly<Record<string, string | number>>

/** Where an engine runs, and on what. */
export function conditionsOf({ context }: Engine): Conditions {
  const { target, accelerator, pace } = context
  const { cpu, cores, instructionSets, platform, node, onnxruntime, launcher } = environment()
  return {
    cpu,
    cores,
    platform,
    'instruction sets': instructionSets.join(' '),
    // What a patch release changes is no reason to measure anew.
    'Node.js': node.replace(/^v(\d+).*$/, '$1'),
    runtime: accelerator?.runtime ?? `ONNX Runtime ${onnxruntime}`,
    ...(accelerator && { device: accelerator.device, driver: accelerator.driver ?? 'unknown' }),
    ...(launcher !== undefined && { launcher }),
    ...Object.fromEntries(
      Object.entries(target).map(([word, value]) => [
        `target.${word}`,
        typeof value === 'number' ? value : typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
    pace,
    ...dataOf(context),
  }
}

/** Of the machine alone: they change how fast an engine is and not what it computes. */
const ofMachine = new Set(['cpu', 'cores', 'platform', 'Node.js', 'driver', 'pace', 'target.threads'])
const ofData = new Set(['samples', 'number of samples', 'samples are'])

/**
 * The conditions that figures of a metric depend on: speed and memory on all of the machine, numbers that engines compute
 * on what computes them and on the samples, sizes on neither machine nor samples.
 */
export function conditionsFor({ estimated }: Pick<Metric, 'estimated'>, conditions: Conditions): Conditions {
  // Where the system does not say what instruction sets there are, the name of the CPU stands for them.
  const machine =
    conditions['instruction sets'] === '' ? new Set([...ofMachine].filter(name => name !== 'cpu')) : ofMachine
  const counts = (name: string) =>
    ofData.has(name) ? estimated === 'of a sample' : estimated === 'always' || !machine.has(name)
  return Object.fromEntries(Object.entries(conditions).filter(([name]) => counts(name)))
}

/** What differs, as a reader would say it; none if the figures are comparable. */
export function differences(there: Conditions, here: Conditions): string[] {
  const names = [...new Set([...Object.keys(there), ...Object.keys(here)])]
  return names
    .filter(name => there[name] !== here[name])
    .map(name => `${name} is ${said(there[name])} there and ${said(here[name])} here`)
}

function said(value: string | number | undefined): string {
  if (value === undefined || value === '') return 'not known'
  // Of a checksum the beginning is enough.
  return `\`${typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value.slice(0, 12) : value}\``
}

/** The samples that scores and errors of outputs are about. */
function dataOf({ evaluation, evaluationIs, calibrationSamples }: EngineContext): Conditions {
  if (evaluation) {
    const { sha256, size } = evaluation
    return { samples: sha256, 'number of samples': size, 'samples are': evaluationIs }
  }
  return calibrationSamples ? { samples: calibrationSamples.sha256 } : {}
}
