import { readModel } from '../../onnx/read-model.ts'
import type { NodeSelection } from './selection.ts'

/**
 * What words of a command line select: a word that is the type of an operator in the model means all nodes of that type,
 * any other is a pattern of names.
 *
 * @param model - path of the user's model
 */
export async function selectionOfWords(
  words: readonly string[],
  model: string,
): Promise<NodeSelection | undefined> {
  if (words.length === 0) return undefined
  const { graph } = await readModel(model, { dataBeside: false })
  const types = new Set(graph!.node.map(({ opType }) => opType))
  const operators = words.filter(word => types.has(word))
  const nodes = words.filter(word => !types.has(word))
  return { ...(nodes.length > 0 && { nodes }), ...(operators.length > 0 && { operators }) }
}
