import { checkLauncher } from '../../engine/launched/launched-folder.ts'
import { batch, launcher, type Target, type TargetWords, threads, through } from '../../engine/target.ts'
import { InputError } from '../../errors.ts'

/** A target of OpenVINO: its plugin for CPUs. */
export interface OpenvinoTarget extends Omit<Target, 'builds'> {
  /** What layers compute in that no Q/DQ pairs make INT8; absent: what OpenVINO takes by itself. */
  readonly precision?: 'f32' | 'bf16'
  /** Further properties of the plugin by their names, e.g. `ENABLE_CPU_PINNING`. */
  readonly config?: Readonly<Record<string, string>>
  /** Path of the Python that has the module `openvino`, where engines run. */
  readonly python?: string
  /** Words that stand before every command on the machine that engines run on, e.g. `ssh`, `pi`. */
  readonly launcher?: readonly string[]
}

/** Properties that words of the target set. */
const ownWords: Readonly<Record<string, string>> = {
  INFERENCE_NUM_THREADS: 'threads',
  INFERENCE_PRECISION_HINT: 'precision',
}

export const openvinoWords: TargetWords<OpenvinoTarget> = {
  schema: {
    threads,
    batch: {
      ...batch,
      description: 'Samples per inference. Engines are compiled for it, where the model leaves it open.',
    },
    precision: {
      description:
        'What layers compute in that no Q/DQ pairs make INT8. Default: what OpenVINO takes by itself, bf16 where the CPU has instructions for it.',
      enum: ['f32', 'bf16'],
      examples: ['f32'],
    },
    config: {
      description:
        'Properties of the CPU plugin by their names, beside PERFORMANCE_HINT=LATENCY: those of your program.',
      type: 'object',
      additionalProperties: { type: 'string' },
      examples: [{ ENABLE_CPU_PINNING: 'NO' }],
    },
    python: {
      description:
        'Path of a Python that has the module openvino, where engines run; default: python3, for engines on this machine QUANTRACT_PYTHON before it.',
      type: 'string',
      minLength: 1,
      examples: ['/opt/venv/bin/python'],
    },
    launcher,
  },
  defaults: {},
  check({ precision, config = {}, launcher }) {
    checkLauncher(launcher)
    if (precision !== undefined && precision !== 'f32' && precision !== 'bf16') {
      throw new InputError(
        `\`precision\` of the target is \`${String(precision)}\`: it is f32 or bf16; INT8 comes from Q/DQ pairs in the model`,
      )
    }
    if (typeof config !== 'object') {
      throw new InputError(
        '`config` of the target has properties of its own: a contract or spec can say them',
      )
    }
    for (const [name, value] of Object.entries(config)) {
      const word = ownWords[name]
      if (word !== undefined) {
        throw new InputError(`\`${name}\` in \`config\` of the target: say it as \`${word}\` of the target`)
      }
      if (typeof value !== 'string') {
        throw new InputError(
          `\`${name}\` in \`config\` of the target is ${JSON.stringify(value)}: write it as a text, "${String(value)}"`,
        )
      }
    }
  },
  place: () => 'openvino',
  describe: ({ threads, batch, precision, config, launcher }) => [
    'openvino cpu',
    ...(precision === undefined ? [] : [precision]),
    `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    `batch ${batch}`,
    ...Object.entries(config ?? {}).map(([name, value]) => `${name}=${value}`),
    ...through(launcher),
  ],
}
