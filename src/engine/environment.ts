import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { launcher } from './launcher.ts'
import { maskSecrets } from './mask-secrets.ts'

/** What must be equal for two measurements to be comparable. */
export interface Environment {
  readonly cpu: string
  readonly cores: number
  /** Instruction sets that change which INT8 kernel runs, and with it speed and accuracy. */
  readonly instructionSets: readonly string[]
  readonly platform: string
  readonly node: string
  readonly onnxruntime: string
  /** The device that engines run on, where it is not the CPU. */
  readonly accelerator?: Accelerator
  /** What the host processes were started with; see launcher.ts. */
  readonly launcher?: string
}

/** A device other than the CPU, and the software that runs engines on it. */
export interface Accelerator {
  /** Name of the device, e.g. `NVIDIA H200`. */
  readonly device: string
  readonly driver?: string
  /** What runs the engines, with its version, e.g. `TensorRT 10.6.0 (trtexec)`. */
  readonly runtime: string
  /** What decides which INT8 kernels run, of a CPU behind a launcher. */
  readonly cpu?: Pick<Environment, 'instructionSets' | 'platform'>
}

const relevant = [
  'avx2',
  'avx512f',
  'avx512_vnni',
  'avx_vnni',
  'avx_vnni_int8',
  'amx_int8',
  'asimddp',
  'i8mm',
]

let known: Omit<Environment, 'launcher' | 'accelerator'> | undefined

/** Fingerprint of this machine and runtime. */
export function environment(): Environment {
  const prefix = launcher()
  known ??= {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    instructionSets: instructionSets(),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    onnxruntime: onnxruntimeVersion(),
  }
  return { ...known, ...(prefix.length > 0 && { launcher: maskSecrets(prefix).join(' ') }) }
}

function instructionSets(): string[] {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? ''
    return relevantSets(line)
  } catch {
    return [] // No /proc outside Linux: the CPU's name stands for its instruction sets.
  }
}

/** Whether INT8 kernels add products in 32 bits. x86 without VNNI adds pairs of them in 16, which saturate. */
export function addsExactly({
  instructionSets,
  platform,
}: Pick<Environment, 'instructionSets' | 'platform'>): boolean {
  return !platform.endsWith('x64') || instructionSets.some(set => set.includes('vnni'))
}

/** Of what a system calls the flags of its CPU, those that change which INT8 kernel runs. */
export function relevantSets(line: string): string[] {
  const flags = new Set(line.trim().split(/\s+/))
  return relevant.filter(flag => flags.has(flag))
}

function onnxruntimeVersion(): string {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }
  return version
}
