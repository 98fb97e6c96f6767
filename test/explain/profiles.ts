import fc from 'fast-check'
import type {
  ElementType,
  EngineProfile,
  LayerTensor,
  ProfiledLayer,
} from '../../src/engine/engine-profile.ts'

/** A tensor from `name:type`, e.g. `x:int8`. */
function tensor(text: string): LayerTensor {
  const [name, type] = text.split(':') as [string, ElementType]
  return { name, type }
}

export interface LayerSketch {
  readonly name: string
  readonly nodes?: string
  readonly kind?: ProfiledLayer['kind']
  readonly op?: string
  readonly inputs?: string
  readonly outputs?: string
  readonly shape?: readonly number[]
  readonly us?: number
}

/** A layer from a sketch: nodes and tensors in one text, separated by spaces, or by bars where names hold spaces. */
export function layer(sketch: LayerSketch): ProfiledLayer {
  const words = (text = '') => text.split(text.includes('|') ? '|' : ' ').filter(word => word !== '')
  const shape = sketch.shape && { shape: [1, ...sketch.shape] }
  return {
    name: sketch.name,
    op: sketch.op ?? 'Layer',
    kind: sketch.kind ?? 'compute',
    nodes: words(sketch.nodes),
    inputs: words(sketch.inputs).map(tensor),
    outputs: words(sketch.outputs).map(text => ({ ...tensor(text), ...shape })),
    microseconds: sketch.us ?? 10,
  }
}

export function engine(layers: readonly LayerSketch[], rest: Partial<EngineProfile> = {}): EngineProfile {
  return { name: 'engine', runtime: 'tensorrt', quantization: 'explicit', layers: layers.map(layer), ...rest }
}

export function latency(median: number) {
  return { latency: { median, lower: median, upper: median } }
}

/** Engines of any form: chains with branches, conversions, layers without nodes or tensors, repeated names. */
export function anyEngine(): fc.Arbitrary<EngineProfile> {
  const word = fc.constantFrom('Conv_1', 'Conv_2', 'Conv_30', 'Add_4', '/a/Conv', '/a/Relu', 'Relu_5', 'x')
  const name = fc.constantFrom('t1', 't2', 't3', 't4', 't5')
  const tensors = fc.array(
    fc.record({
      name,
      type: fc.constantFrom<ElementType>('int8', 'half', 'float', 'other'),
      shape: fc.constantFrom([1, 8, 4, 4], [1, 16, 2, 2]),
    }),
    { maxLength: 3 },
  )
  const anyLayer = fc.record({
    name: word,
    op: fc.constantFrom('Reformat', 'CaskConvolution'),
    kind: fc.constantFrom('compute' as const, 'conversion' as const),
    nodes: fc.array(word, { maxLength: 3 }),
    inputs: tensors,
    outputs: tensors,
    microseconds: fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1000, noNaN: true })),
  })
  const latency = fc
    .double({ min: 1, max: 5000, noNaN: true })
    .map(median => ({ median, lower: median, upper: median }))
  return fc
    .record({
      layers: fc.array(anyLayer, { maxLength: 12 }),
      latency: fc.option(latency, { nil: undefined }),
      quantization: fc.constantFrom('explicit' as const, 'implicit' as const, 'none' as const),
    })
    .map(({ layers, latency, quantization }) => ({
      name: 'any',
      runtime: 'tensorrt',
      quantization,
      layers,
      ...(latency && { latency }),
    }))
}
