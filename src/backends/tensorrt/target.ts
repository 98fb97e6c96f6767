import { batch, type Target, type TargetWords } from '../../engine/target.ts'
import { InputError } from '../../errors.ts'

/** A target of TensorRT. */
export interface TensorrtTarget extends Target {
  /** Number of the GPU. */
  readonly device: number
  /** Words that stand before every command on the target, e.g. `ssh`, `jetson`. */
  readonly launcher?: readonly string[]
  /**
   * What decides the types of layers: the builder, among those that its flags allow (`weak`), or the model alone (`strong`).
   * Default: `weak` while there is such a thing, which is up to 10.x.
   */
  readonly typing?: 'weak' | 'strong'
  /** Of several builds of a variant: compare `each`, or keep the `fastest`, as who ships one engine does. Default: `each`. */
  readonly ofBuilds?: 'each' | 'fastest'
  /** What runs TensorRT: its Python module if it is there (default), otherwise `trtexec`. */
  readonly host?: 'python' | 'trtexec'
  /** Path of trtexec on the target. */
  readonly trtexec?: string
  /** Path of the Python that has the module `tensorrt`, on the target. */
  readonly python?: string
  /** Seconds after which a build, a run or a wait for the device counts as hanging. */
  readonly timeout?: number
}

/** Each takes a minute or more, and what ten of them do not tell, an eleventh hardly will. */
const mostBuilds = 10

/** A week, in seconds. */
const longest = 7 * 24 * 3600

const path = { type: 'string', minLength: 1 } as const

export const tensorrtWords: TargetWords<TensorrtTarget> = {
  schema: {
    device: {
      description: 'Number of the GPU.',
      type: 'integer',
      minimum: 0,
      default: 0,
      examples: [0],
    },
    batch,
    builds: {
      description:
        'How often every variant is built: the same build differs in speed from time to time, and a verdict from one says little about the next. From 5 builds on they can be the unit of a verdict.',
      type: 'integer',
      minimum: 1,
      maximum: mostBuilds,
      default: 1,
      examples: [5],
    },
    ofBuilds: {
      description:
        'What counts of several builds of a variant: each of them (default), or the fastest, which is the engine that one would ship. The fastest is found by timing all of them in turns.',
      enum: ['each', 'fastest'],
      examples: ['fastest'],
    },
    launcher: {
      description:
        'Words that stand before every command on the target: another machine, a container, a queue.',
      type: 'array',
      items: { type: 'string', minLength: 1, description: 'A word.', examples: ['ssh'] },
      minItems: 1,
      examples: [['ssh', 'jetson']],
    },
    typing: {
      description:
        'What decides the types of layers: the builder, among INT8, half and float (weak), or the types of the model (strong). Default: weak up to TensorRT 10; from 11 on all builds are strongly typed.',
      enum: ['weak', 'strong'],
      examples: ['strong'],
    },
    host: {
      description:
        'What runs TensorRT: its Python module, where both engines share a process, or trtexec. Default: python if it is there.',
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
    timeout: {
      description:
        'Seconds after which a command on the target counts as hanging and is ended. Default: 3600 for a build and the wait for the device, 600 for other runs, 120 for what does nearly nothing.',
      type: 'integer',
      minimum: 1,
      maximum: longest,
      examples: [7200],
    },
    threads: { description: 'Engines run on the GPU: 1, or left out.', const: 1, examples: [1] },
  },
  ofVariants: ['typing'],
  defaults: { device: 0 },
  check({ device, builds = 1, launcher, threads, timeout = 1 }) {
    if (threads !== 1) throw new InputError('`threads` of the target is for CPUs: leave it out with tensorrt')
    if (!Number.isSafeInteger(device) || device < 0) {
      throw new InputError(`\`device\` of the target is ${device}: it is a whole number from 0`)
    }
    if (!Number.isSafeInteger(builds) || builds < 1 || builds > mostBuilds) {
      throw new InputError(
        `\`builds\` of the target is ${builds}: it is a whole number from 1 to ${mostBuilds}`,
      )
    }
    if (!Number.isSafeInteger(timeout) || timeout < 1 || timeout > longest) {
      throw new InputError(
        `\`timeout\` of the target is ${timeout}: it is a whole number of seconds from 1 to ${longest}`,
      )
    }
    if (launcher?.some(word => word === ''))
      throw new InputError('`launcher` of the target has an empty word')
  },
  place: () => 'tensorrt',
  describe: ({ device, host, batch, builds = 1, ofBuilds, typing, launcher }) => [
    `tensorrt device ${device}`,
    ...(typing === undefined ? [] : [`${typing}ly typed`]),
    ...(host === undefined ? [] : [`by ${host}`]),
    `batch ${batch}`,
    ...(builds === 1
      ? []
      : [`${ofBuilds === 'fastest' ? 'the fastest of ' : ''}${builds} builds per variant`]),
    ...(launcher === undefined ? [] : [`through \`${launcher.join(' ')}\``]),
  ],
}
