import type { Installed } from '../../engine/backend.ts'
import type { Accelerator } from '../../engine/environment.ts'
import { pythonOf } from '../../engine/python-of.ts'
import { installOpenvino, startOpenvinoHost } from './python-host.ts'
import type { OpenvinoTarget } from './target.ts'

interface Device {
  readonly name: string
  readonly fullName: string
  /** What it computes in: `BF16`, `FP32`, `INT8`. */
  readonly capabilities: readonly string[]
}

interface Found {
  readonly version: string
  readonly devices: readonly Device[]
}

/** Kinds of numbers among the capabilities of a device. */
const numbers = /^(BF16|FP16|FP32|INT8|INT4|FP8)/

/** By Python and launcher: a process of ours asks once. */
const found = new Map<string, Promise<Found>>()

/** OpenVINO's version, its devices and what they compute in. */
export async function installedOpenvino(target: OpenvinoTarget): Promise<readonly Installed[]> {
  const name = 'openvino'
  const there = target.launcher ? ({ there: true } as const) : {}
  try {
    const { version, devices } = await findOpenvino(target)
    const described = devices.map(
      ({ name, fullName, capabilities }) =>
        `${name} ${fullName} (${capabilities.filter(each => numbers.test(each)).join(', ')})`,
    )
    return [{ name, ...there, found: `OpenVINO ${version}, ${described.join('; ')}, ${pythonOf(target)}` }]
  } catch {
    return [{ name, ...there, install: installOpenvino }]
  }
}

/** The version that runs the engines of a target. Throws InputError if it is not there. */
export async function openvinoOf(target: OpenvinoTarget): Promise<Accelerator> {
  const { version, devices } = await findOpenvino(target)
  const cpu = devices.find(({ name }) => name === 'CPU')
  const capabilities = cpu?.capabilities.filter(each => numbers.test(each)) ?? []
  // Here the environment names it.
  const name = (target.launcher && cpu?.fullName) || 'CPU'
  return { device: `${name} (${capabilities.join(', ')})`, runtime: `OpenVINO ${version}` }
}

function findOpenvino(target: OpenvinoTarget): Promise<Found> {
  const key = JSON.stringify([pythonOf(target), target.launcher])
  const known = found.get(key) ?? ask(target)
  found.set(key, known)
  known.catch(() => found.delete(key)) // It may be installed meanwhile.
  return known
}

async function ask(target: OpenvinoTarget): Promise<Found> {
  const host = await startOpenvinoHost(target)
  try {
    return { version: host.version, devices: await host.call<Device[]>('devices') }
  } finally {
    await host.stop()
  }
}
