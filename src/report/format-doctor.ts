import { formatTarget } from '../backends/format-target.ts'
import type { DeviceState, Installed, WatchedDevice } from '../engine/backend.ts'
import type { Conditions } from '../engine/conditions.ts'
import { type Accelerator, addsExactly, type Environment } from '../engine/environment.ts'
import type { Target } from '../engine/target.ts'
import type { NoiseFloor } from '../measure/noise-floor.ts'
import type { PaceLook } from '../measure/pace/look-at-pace.ts'
import { visibleText } from '../visible-text.ts'
import { formatTable } from './format-table.ts'

/** What `quantract doctor` found out about a machine. */
export interface MachineReport {
  readonly environment: Environment
  readonly conditions: Conditions
  /** CPUs that host processes are pinned to. */
  readonly pinnedTo?: string
  readonly target: Target
  /** The machine that the launcher of the target leads to. What is not said to be of it is of this one. */
  readonly there?: Accelerator
  readonly installed: readonly Installed[]
  /** What `nvidia-smi` said before measuring and while it went on. */
  readonly gpus: readonly WatchedDevice[]
  /** Those GPUs are where the launcher leads to. */
  readonly gpusThere?: true
  readonly model: string
  /** Absent if engines do not run on this CPU. */
  readonly pace?: PaceLook
  readonly noise: NoiseFloor
  /** By seconds of measuring: the smallest difference that is decided, as a share. */
  readonly smallestDifferences: readonly { readonly seconds: number; readonly difference: number }[]
}

/** Load per CPU above which other programs get in the way. */
const busy = 0.5

/** The report for a terminal. */
export function formatDoctor(report: MachineReport): string {
  const { target, model, there, noise, pace, smallestDifferences } = report
  const here = thisMachine(report)
  const elsewhere = there ? otherMachine(report, there) : []
  const label = Math.max(...[...here, ...elsewhere].map(([name]) => name.length))
  const lines = (facts: readonly Fact[]) => facts.map(([name, text]) => `${name.padEnd(label)}  ${text}`)
  const again = noise.dropped > 0 ? `, ${noise.dropped} more measured again: other programs had the CPU` : ''
  return [
    ...(there ? ['here, where quantract runs and calibrates:'] : []),
    ...lines(here),
    '',
    ...(there ? ['there, where engines run (`launcher`):', ...lines(elsewhere), ''] : []),
    ...(pace ? [...paceLines(pace), ''] : []),
    `${visibleText(model)} against itself on ${formatTarget(target)}: ${noise.blocks} blocks of ${(noise.blockSeconds * 1000).toFixed(0)} ms${again}`,
    `  ratio ${noise.ratio.toFixed(4)}, spread of a block ${percent(noise.blockSpread)}, between launches ${percent(noise.launchSpread)}`,
    '',
    ...formatTable([
      ['a clause may measure for', ...smallestDifferences.map(({ seconds }) => `${seconds} s`)],
      ['and decides a difference of', ...smallestDifferences.map(({ difference }) => percent(difference))],
    ]),
  ].join('\n')
}

type Fact = readonly [name: string, text: string]

function thisMachine({
  environment,
  conditions,
  pinnedTo,
  gpus,
  gpusThere,
  there,
  installed,
}: MachineReport): Fact[] {
  const { cpu, cores, instructionSets, platform, node, onnxruntime, launcher } = environment
  return [
    ['CPU', `${cpu}, ${cores} cores: ${instructionSets.join(', ') || 'instruction sets unknown'}`],
    ...(there ? [] : [['INT8 kernels', int8Kernels(environment)] as const]),
    ['system', `${platform}, Node.js ${node.replace(/^v/, '')}, ONNX Runtime ${onnxruntime}`],
    ...(launcher === undefined ? [] : [['launcher', launcher] as const]),
    ...(there ? [] : [['pinning', pinning(pinnedTo)] as const]),
    ['clock', clock(conditions)],
    ['load', load(conditions)],
    ...(gpusThere ? [] : gpuLines(gpus)),
    ...installed.filter(each => !each.there).map(installedLine),
  ]
}

function otherMachine(
  { gpus, gpusThere, installed }: MachineReport,
  { device, runtime, cpu }: Accelerator,
): Fact[] {
  return [
    ['engines', `run on ${device}; ${runtime}`],
    ...(cpu ? [['INT8 kernels', int8Kernels(cpu)] as const] : []),
    ['pinning', 'by the process there'],
    ...(gpusThere ? gpuLines(gpus) : []),
    ...installed.filter(each => each.there).map(installedLine),
  ]
}

/** Pictures of a share from 0 to 1. */
const bars = '▁▂▃▄▅▆▇█'

/** The pace over time, half a second a bar if it was looked at for 20 s. */
function paceLines({ seconds, full, slower, parts }: PaceLook): string[] {
  const bar = (share: number) => bars[Math.min(bars.length - 1, Math.floor(share * bars.length))]!
  const share = (of: number) => `${Math.round(100 * of)}%`
  const what =
    slower === undefined || full > 0.98
      ? 'one pace'
      : `full pace ${share(full)} of the time, otherwise ${share(slower)} of it: clauses about speed take what ran at full pace (docs/pace.md)`
  return [`pace over ${seconds} s  ${parts.map(bar).join('')}`, `  ${what}`]
}

function gpuLines(gpus: readonly WatchedDevice[]): Fact[] {
  return gpus.length > 0 ? gpus.map(gpuLine) : [noGpu]
}

const noGpu: Fact = ['GPU', 'none found: `nvidia-smi` is not there or lists none']

/** Clock, power and temperature at rest and, where something ran on it, at work. */
function gpuLine({ before, during }: WatchedDevice, number: number): Fact {
  const { name, driver, maxSmClock, powerLimit } = before
  const most = (of: (state: DeviceState) => number | undefined) =>
    Math.max(...during.map(state => of(state) ?? 0))
  const least = Math.min(...during.map(({ smClock }) => smClock ?? 0))
  const reasons = [...new Set(during.flatMap(({ slowedDownBy }) => slowedDownBy))]
  const parts = [
    `${name}, driver ${driver}`,
    `at rest ${before.smClock ?? '?'} of ${maxSmClock ?? '?'} MHz, ${before.power ?? '?'} of ${powerLimit ?? '?'} W`,
    ...(during.length === 0
      ? []
      : [
          `meanwhile ${least} to ${most(({ smClock }) => smClock)} MHz, up to ${most(({ power }) => power)} W and ${most(({ temperature }) => temperature)} degrees Celsius`,
          reasons.length > 0 ? `slowed down by ${reasons.join(', ')}` : 'not slowed down',
        ]),
  ]
  return [`GPU ${number}`, parts.join('; ')]
}

function installedLine({ name, found, install }: Installed): Fact {
  return [name, found ?? `not there: ${install}`]
}

function pinning(cpus: string | undefined): string {
  return cpus ? `engines run on CPU ${cpus}` : 'not possible here: expect more noise'
}

function int8Kernels(cpu: Pick<Environment, 'instructionSets' | 'platform'>): string {
  if (!cpu.platform.endsWith('x64')) return 'do not overflow'
  return addsExactly(cpu)
    ? 'VNNI: U8 x S8 products do not overflow'
    : 'no VNNI: U8 x S8 products may overflow; output channels in which they do get narrower weights'
}

function clock({ governor, throttled, temperature }: Conditions): string {
  const parts = [
    governor === undefined ? 'governor unknown' : `governor ${governor}`,
    ...(governor !== undefined && governor !== 'performance' ? ['`performance` is steadier'] : []),
    ...(temperature === undefined ? [] : [`${temperature.toFixed(0)} degrees Celsius`]),
    ...(throttled ? [`slowed down by heat ${throttled} times since boot`] : []),
  ]
  return parts.join(', ')
}

function load({ load, steal }: Conditions): string {
  const advice = load > busy ? ': other programs are running, close them to measure faster' : ''
  const stolen =
    steal === undefined ? '' : `, ${percent(steal)} of the time stolen by the hypervisor since boot`
  return `${load.toFixed(2)} per CPU over the last minute${stolen}${advice}`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`
}
