import { formatTarget } from '../backends/format-target.ts'
import type { ContractEvidence } from '../contract/evidence.ts'
import type { Accelerator } from '../engine/environment.ts'
import { type PaintOptions, paint } from './paint.ts'

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

function formatAccelerator({ device, driver, runtime }: Accelerator): string {
  return [device, ...(driver === undefined ? [] : [`driver ${driver}`]), runtime].join(', ')
}
