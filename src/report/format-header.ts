import type { ContractEvidence } from '../contract/evidence.ts'
import { type PaintOptions, paint } from './paint.ts'

/** The title, and below it the machine and the target that every number is from. */
export function formatHeader(
  { title, environment, target }: Pick<ContractEvidence, 'title' | 'environment' | 'target'>,
  options: PaintOptions = {},
): string {
  const { cpu, cores, instructionSets, platform, node, onnxruntime } = environment
  const machine = [
    `${cpu} (${[`${cores} cores`, ...instructionSets].join(', ')})`,
    platform,
    `Node.js ${node.replace(/^v/, '')}`,
    `ONNX Runtime ${onnxruntime}`,
  ].join(', ')
  const threads = `${target.threads} ${target.threads === 1 ? 'thread' : 'threads'}`
  const where = `${target.backend} ${target.provider}, ${threads}, batch ${target.batch}`
  return [paint('bold', title, options), ...[machine, where].map(line => paint('dim', line, options))].join(
    '\n',
  )
}
