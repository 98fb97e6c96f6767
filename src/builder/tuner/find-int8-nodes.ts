import { backendOf } from '../../backends/backends.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { chooseInt8Nodes } from '../../quantize/choose-int8-nodes.ts'
import { placementModel } from '../../quantize/placement.ts'
import { floatNotes } from '../float-notes.ts'
import type { OverflowOptions } from '../overflow/overflow-options.ts'
import { type CheckedModel, withoutOverflow } from '../overflow/without-overflow.ts'
import { fusibleNodes } from './fusible-nodes.ts'
import type { PlanModels } from './plan-models.ts'

/** What the runtime at hand runs in INT8. */
export interface Int8Nodes {
  /** In graph order. */
  readonly nodes: readonly NodeProto[]
  readonly names: ReadonlySet<string>
  /** Nodes that read rows of an embedding table which can be stored in INT8. */
  readonly tables: readonly NodeProto[]
  /** All of them in INT8, checked on this CPU. Absent if there are none. */
  readonly checked?: CheckedModel
  /** A sentence about each node that could run in INT8 and does not here. */
  readonly notes: readonly string[]
}

/** Finds the nodes that the runtime at hand runs in INT8, and the limits with which they do not overflow there. */
export async function findInt8Nodes(
  { model, placement, selected, ranges, quantize, write }: PlanModels,
  check: OverflowOptions,
  onProgress: (line: string) => void,
): Promise<Int8Nodes> {
  const { target, signal } = check
  onProgress('asking the runtime what it runs in INT8')
  const { nodes: fit, inFloat, tables } = chooseInt8Nodes(placementModel(model), placement, ranges)
  const expected = fit.filter(node => selected.precision(node) === 'int8')
  const known = backendOf(target).runsOnnxruntimeKernels?.(target) === true
  // Other backends name the placements that they take up; what they run is read back from the chosen engine.
  const names =
    known || !backendOf(target).placements
      ? await fusibleNodes(expected, write, { target, signal })
      : new Set(expected.map(({ name }) => name))
  const nodes = expected.filter(({ name }) => names.has(name))
  if (known) onProgress('checking INT8 kernels for overflow')
  const checked =
    nodes.length > 0 ? await withoutOverflow(limits => quantize(names, limits), check) : undefined
  const others = known ? expected.filter(({ name }) => !names.has(name)) : []
  const notRun = others.map(({ name, opType }) => `node \`${name}\` (${opType}) does not run in INT8 here`)
  return {
    nodes,
    names,
    tables: tables.filter(node => selected.precision(node) === 'int8'),
    ...(checked && { checked }),
    notes: [...selected.notes, ...floatNotes(inFloat), ...notRun],
  }
}
