import type { ElementType, LayerTensor } from '../profile.ts'

const words: readonly (readonly [RegExp, ElementType])[] = [
  [/\bInt8\b/i, 'int8'],
  [/\b(Half|FP16|BF16|BFloat16)\b/i, 'half'],
  [/\b(Float|FP32)\b/i, 'float'],
]

/**
 * Element type and layout of a tensor as TensorRT describes it.
 *
 * @example 'Thirty-two wide channel vectorized row major Int8 format' (8.x), 'Half' (10.x)
 */
export function formatOf(text: unknown): Pick<LayerTensor, 'type' | 'layout'> {
  if (typeof text !== 'string') return { type: 'other' }
  const [pattern, type] = words.find(([word]) => word.test(text)) ?? [undefined, 'other' as const]
  if (pattern === undefined) return { type }
  const layout = text
    .replace(pattern, '')
    .replace(/\bformat\b/, '')
    .replace(/\s+/g, ' ')
    .trim()
  return { type, ...(layout !== '' && { layout }) }
}
