import type { ContractEvidence } from '../contract/evidence.ts'
import type { Accelerator } from '../engine/environment.ts'
import { formatTarget } from './format-target.ts'
import { type PaintOptions, paint } from './paint.ts'

const softwareDevice = 'a program on the CPU and no GPU: its speed says nothing about one'

/** The title, and below it the machine and the target that every number is from. */
export function formatHeader(
  { title, environment, target }: Pick<ContractEvidence, 'title' | 'environment' | 'target'>,
  options: PaintOptions = {},
): string {
  const { cpu, cores, instructionSets, platform, node, onnxruntime, accelerator } = environment
  const machine = [
    `${cpu} (${[`${cores} cores`, ...instructionSets].join(', ')})`,
    platform,
    `Node.js ${node.replace(/^v/, '')}`,
    `ONNX Runtime ${onnxruntime}`,
  ].join(', ')
  const lines = [machine, ...(accelerator ? [formatAccelerator(accelerator)] : []), formatTarget(target)]
  return [paint('bold', title, options), ...lines.map(line => paint('dim', line, options))].join('\n')
}

/** A device other than the CPU, and what runs engines on it. */
export function formatAccelerator({ device, driver, runtime, software }: Accelerator): string {
  const kind = software ? [softwareDevice] : []
  return [device, ...kind, ...(driver === undefined ? [] : [`driver ${driver}`]), runtime].join(', ')
}
