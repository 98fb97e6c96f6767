import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { graphOnly } from '../../backends/onnxruntime/session/graph-only.ts'
import { openEngines } from '../../backends/onnxruntime/session/open-engines.ts'
import { InputError } from '../../errors.ts'
import { copyModel } from '../../onnx/copy-model.ts'
import { indexGraph } from '../../onnx/graph.ts'
import { dataTypeOf } from '../../onnx/input-infos.ts'
import { type ModelProto, ValueInfoProtoSchema } from '../../onnx/onnx_pb.ts'
import { elementTypes } from '../../onnx/types/element-types.ts'
import { ofOurOwn, writeModel } from '../../onnx/write-model.ts'

/**
 * The same model with the element types of all tensors, as far as the runtime knows them. It infers those behind operators
 * of its own domain too, where the operators of ONNX do not say what follows.
 *
 * @param directory - for a copy of the model that gives the tensors in question as outputs
 */
export async function inferTypes(
  model: ModelProto,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<ModelProto> {
  const index = indexGraph(model.graph!)
  const known = elementTypes(index)
  const unknown = index.graph.node.flatMap(({ output }) => output.filter(name => name && !known.has(name)))
  if (unknown.length === 0) return model
  const asked = copyModel(model)
  asked.graph!.output.push(...unknown.map(name => create(ValueInfoProtoSchema, { name })))
  const path = join(directory, 'types.onnx')
  await writeModel(asked, path, { externalDataOver: ofOurOwn })
  const settings = { threads: 1, level: 'disabled', config: graphOnly } as const
  const engines = await openEngines([{ id: 'types', model: path, settings }], { signal, reuse: true }).catch(
    (error: unknown) => {
      // What the runtime cannot give as an output stays unknown, and in float.
      if (error instanceof InputError) return undefined
      throw error
    },
  )
  await engines?.stop()
  const outputs = engines?.signatures.get('types')?.outputs ?? []
  const inferred = copyModel(model)
  for (const { name, type } of outputs) {
    const elemType = dataTypeOf(type)
    if (!unknown.includes(name) || elemType === undefined) continue
    const value = { case: 'tensorType' as const, value: { elemType } }
    inferred.graph!.valueInfo.push(create(ValueInfoProtoSchema, { name, type: { value } }))
  }
  return inferred
}
