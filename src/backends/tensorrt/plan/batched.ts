import type { Signature } from '../../../engine/backend.ts'
import type { TensorInfo } from '../../../engine/tensor-info.ts'
import { InputError } from '../../../errors.ts'

/** A signature at one batch: engines are built for one shape. */
export interface Batched extends Signature {
  /** Value of trtexec's `--shapes`; absent if no input is dynamic, because then the option is an error. */
  readonly shapes?: string
}

/**
 * Fixes the first axis of inputs and outputs to the batch.
 *
 * @throws InputError if another axis of an input is dynamic
 */
export function batched({ inputs, outputs }: Signature, batch: number): Batched {
  const fixed = inputs.map(input => withBatch(input, batch))
  for (const { name, shape } of fixed) {
    const dynamic = shape.find(size => typeof size === 'string')
    if (dynamic !== undefined) {
      throw new InputError(
        `input \`${name}\` has the dynamic axis \`${dynamic}\`: a TensorRT engine is built for one shape, so export the model with a fixed one`,
      )
    }
  }
  const dynamic = fixed.filter((_, i) => inputs[i]!.shape.some(size => typeof size === 'string'))
  return {
    inputs: fixed,
    outputs: outputs.map(output => withBatch(output, batch)),
    ...(dynamic.length > 0 && { shapes: dynamic.map(shapeWord).join(',') }),
  }
}

function withBatch(info: TensorInfo, batch: number): TensorInfo {
  const [first, ...rest] = info.shape
  return typeof first === 'string' ? { ...info, shape: [batch, ...rest] } : info
}

function shapeWord({ name, shape }: TensorInfo): string {
  return `${optionName(name)}:${shape.join('x')}`
}

/** A tensor's name in a list of trtexec, which splits at commas and the last colon. */
export function optionName(name: string): string {
  return /[:,]/.test(name) ? `'${name}'` : name
}
