import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { TensorInfo } from '../../engine/tensor-info.ts'
import { InputError } from '../../errors.ts'
import { makeFolder } from '../../make-folder.ts'
import { sampleModel } from '../../measure/sample-model.ts'
import { indexGraph } from '../../onnx/graph.ts'
import { inputInfos } from '../../onnx/input-infos.ts'
import { readModel } from '../../onnx/read-model.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { quantizedOperator } from '../../quantize/quantized-operator.ts'

/** A model that a contract is written for. */
export interface ModelToPromise {
  /** Relative to the working directory. */
  readonly path: string
  /** The same with Q/DQ pairs, if there is one. */
  readonly explicit: string | undefined
  /** Absent of the example. */
  readonly isExample: boolean
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly string[]
}

/**
 * Reads the model, or writes the example.
 *
 * @throws InputError if a model is missing or no ONNX, if the first is quantized already, or the second is not
 */
export async function openModel(
  given: string | undefined,
  explicit: string | undefined,
  example: string,
): Promise<ModelToPromise> {
  const path = given ?? example
  if (given === undefined && !existsSync(example)) {
    await makeFolder(dirname(example))
    await writeModel(sampleModel(), example)
  }
  const model = await readModel(path, { dataBeside: false })
  const found = quantizedOperator(model)
  if (found) {
    throw new InputError(
      `${path}: is quantized already (${found.form}): name the float model first, and this one after it`,
    )
  }
  if (explicit !== undefined && !quantizedOperator(await readModel(explicit, { dataBeside: false }))) {
    throw new InputError(`${explicit}: has no Q/DQ nodes, so it is no explicit model: leave it out`)
  }
  const index = indexGraph(model.graph!)
  const outputs = index.graph.output.map(({ name }) => name)
  return { path, explicit, isExample: given === undefined, inputs: inputInfos(index), outputs }
}
