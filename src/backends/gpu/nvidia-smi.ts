import { execa } from 'execa'
import type { DeviceState } from '../../engine/backend.ts'

/** Runs a command on the machine that has the GPUs. The exit code is undefined if it cannot be started at all. */
export type CommandRunner = (
  command: readonly string[],
) => Promise<{ readonly exitCode: number | undefined; readonly stdout: string }>

/** A driver that hangs lets nobody know. */
const milliseconds = 60_000

/** Runs commands on this machine, for a minute at most. */
export const runHere: CommandRunner = async ([command, ...words]) => {
  const { exitCode, stdout } = await execa(command!, words, { reject: false, timeout: milliseconds })
  return { exitCode, stdout }
}

const fields = [
  'name',
  'driver_version',
  'clocks.sm',
  'clocks.max.sm',
  'power.draw',
  'power.limit',
  'temperature.gpu',
  'utilization.gpu',
]

/** The reasons for a lower clock, as drivers from 535 on and older ones call them. */
const activeReasons = ['clocks_event_reasons.active', 'clocks_throttle_reasons.active']

/** Bits of these reasons (nvml.h); idle and clocks that somebody set are no slow-down. */
const reasons: readonly (readonly [bit: number, text: string])[] = [
  [0x4, 'its power limit'],
  [0x8, 'hardware slow-down'],
  [0x10, 'another GPU of its group'],
  [0x20, 'heat (software)'],
  [0x40, 'heat (hardware)'],
  [0x80, 'the power brake of the machine'],
]

/** The GPUs of a machine, as many as `nvidia-smi` lists; undefined if it is not there, as on some Jetsons. */
export async function gpuStates(run: CommandRunner): Promise<DeviceState[] | undefined> {
  for (const reasons of activeReasons) {
    const query = `--query-gpu=${[...fields, reasons].join(',')}`
    const { exitCode, stdout } = await run(['nvidia-smi', query, '--format=csv,noheader,nounits'])
    if (exitCode === undefined || exitCode === 127) return undefined
    if (exitCode === 0) return stdout.split('\n').filter(Boolean).map(parseState)
  }
  return []
}

/** One line of values. What a GPU does not know is `[N/A]`. */
export function parseState(line: string): DeviceState {
  const [name = '', driver = '', ...values] = line.split(',').map(value => value.trim())
  const [smClock, maxSmClock, power, powerLimit, temperature, utilization] = values.map(number)
  const active = Number(values[6])
  return {
    name,
    driver,
    ...(smClock !== undefined && { smClock }),
    ...(maxSmClock !== undefined && { maxSmClock }),
    ...(power !== undefined && { power }),
    ...(powerLimit !== undefined && { powerLimit }),
    ...(temperature !== undefined && { temperature }),
    ...(utilization !== undefined && { utilization: utilization / 100 }),
    slowedDownBy: reasons.filter(([bit]) => (active & bit) !== 0).map(([, text]) => text),
  }
}

function number(text: string): number | undefined {
  return /^-?[\d.]+$/.test(text) ? Number(text) : undefined
}
