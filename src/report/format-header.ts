import { formatTarget } from '../backends/format-target.ts'
import type { ContractEvidence } from '../contract/evidence.ts'
import type { Accelerator } from '../engine/environment.ts'
import { type PaintOptions, paint } from './paint.ts'

/** The title, and below it the machine and the target that every number is from. */
export function formatHeader(
  { title, ...evidence }: Pick<ContractEvidence, 'title' | 'environment' | 'target'>,
  options: PaintOptions = {},
): string {
  return [
    paint('bold', title, options),
    ...machineLines(evidence).map(line => paint('dim', line, options)),
  ].join('\n')
}

/** The machine and the target that every number is from. */
export function machineLines({
  environment,
  target,
}: Pick<ContractEvidence, 'environment' | 'target'>): string[] {
  const { cpu, cores, instructionSets, platform, node, onnxruntime, accelerator } = environment
  const machine = [
    `${cpu} (${[`${cores} cores`, ...instructionSets].join(', ')})`,
    platform,
    `Node.js ${node.replace(/^v/, '')}`,
    `ONNX Runtime ${onnxruntime}`,
  ].join(', ')
  return [machine, ...(accelerator ? [formatAccelerator(accelerator)] : []), formatTarget(target)]
}

function formatAccelerator({ device, driver, runtime }: Accelerator): string {
  return [device, ...(driver === undefined ? [] : [`driver ${driver}`]), runtime].join(', ')
}
