import { type BackendName, backends, defaultBackend } from '../../backends/backends.ts'
import { wordsOf } from '../../backends/resolve-target.ts'

const names = Object.keys(backends) as BackendName[]

const backend = {
  description: 'What runs the engines.',
  enum: names,
  default: defaultBackend,
  examples: [defaultBackend],
} as const

/** The targets of one backend, closed: a word that the backend did not bring is refused. */
export function targetOf(name: BackendName) {
  return {
    description: `The engines run on ${name}.`,
    type: 'object',
    properties: { backend: { ...backend, enum: [name], examples: [name] }, ...wordsOf(name) },
    ...(name !== defaultBackend && { required: ['backend'] }),
    additionalProperties: false,
  } as const
}

/** What is said of a target whose backend does not exist: its other words cannot be judged. */
export const unknownTarget = { type: 'object', properties: { backend } } as const

/** Where the engines of a contract run: in the words of one backend. */
export const target = {
  description: 'Where the engines run.',
  type: 'object',
  oneOf: names.map(targetOf),
  default: { backend: defaultBackend },
  examples: [
    { backend: 'onnxruntime', provider: 'cpu', threads: 1, batch: 1 },
    { backend: 'tensorrt', device: 0, batch: 32 },
  ],
} as const
