import { type BackendName, backends } from '../../backends/backends.ts'
import { providerNames } from '../../backends/onnxruntime/providers/providers.ts'
import { mostBuilds } from '../../backends/tensorrt/backend.ts'
import { defaultTarget } from '../../engine/target.ts'
import { path } from './path.ts'

/** Where the engines of a contract run. */
export const target = {
  description: 'Where the engines run.',
  type: 'object',
  properties: {
    backend: {
      description: 'What runs them.',
      enum: Object.keys(backends) as BackendName[],
      default: defaultTarget.backend,
      examples: ['onnxruntime'],
    },
    provider: {
      description: 'Execution provider of onnxruntime.',
      enum: providerNames,
      default: defaultTarget.provider,
      examples: ['cpu'],
    },
    threads: {
      description: 'Threads within an operator.',
      type: 'integer',
      minimum: 1,
      default: defaultTarget.threads,
      examples: [1],
    },
    batch: {
      description: 'Samples per inference.',
      type: 'integer',
      minimum: 1,
      default: defaultTarget.batch,
      examples: [1],
    },
    device: {
      description: 'Number of the GPU, with tensorrt.',
      type: 'integer',
      minimum: 0,
      default: 0,
      examples: [0],
    },
    builds: {
      description:
        'How often every variant is built, with tensorrt: the same build differs in speed from time to time, and a verdict from one says little about the next. From 5 builds on they can be the unit of a verdict.',
      type: 'integer',
      minimum: 1,
      maximum: mostBuilds,
      default: 1,
      examples: [5],
    },
    launcher: {
      description:
        'Words that stand before every command on the target: another machine, a container, a queue. With tensorrt.',
      type: 'array',
      items: { type: 'string', minLength: 1, description: 'A word.', examples: ['ssh'] },
      minItems: 1,
      examples: [['ssh', 'jetson']],
    },
    host: {
      description:
        'What runs TensorRT: its Python module, where both engines share a process, or trtexec. Default: python where it is there.',
      enum: ['python', 'trtexec'],
      examples: ['python'],
    },
    trtexec: {
      description: 'Path of trtexec on the target; default: TRTEXEC, the PATH, /usr/src/tensorrt/bin.',
      ...path,
      examples: ['/usr/src/tensorrt/bin/trtexec'],
    },
    python: {
      description: 'Path of a Python on the target that has the module tensorrt; default: python3.',
      ...path,
      examples: ['/opt/venv/bin/python'],
    },
  },
  additionalProperties: false,
  examples: [
    { backend: 'onnxruntime', provider: 'cpu', threads: 1, batch: 1 },
    { backend: 'tensorrt', device: 0, batch: 32 },
  ],
} as const
