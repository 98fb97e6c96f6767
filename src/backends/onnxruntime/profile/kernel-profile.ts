/** A tensor that a kernel read or wrote: element type as ONNX Runtime calls it (`float`, `uint8`), and shape. */
export interface KernelTensor {
  readonly type: string
  readonly shape: readonly number[]
}

/** One kernel in one inference. */
export interface KernelRun {
  /** Operator of the node. */
  readonly op: string
  /** The execution provider that ran it, e.g. `CPUExecutionProvider`. */
  readonly provider: string
  /** Time in whole µs, rounded down. */
  readonly microseconds: number
  /** In the order of the node's inputs, without those that are absent. */
  readonly inputs: readonly KernelTensor[]
  readonly outputs: readonly KernelTensor[]
}

/** Kernels of one inference by node name, in the order of running: several where nodes share a name. */
export type ProfiledRun = ReadonlyMap<string, readonly KernelRun[]>

interface ProfileEvent {
  readonly cat: string
  readonly name: string
  readonly dur: number
  readonly args?: {
    readonly op_name?: string
    readonly provider?: string
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[]
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[]
  }
}

const ending = '_kernel_time'

/**
 * Reads the profile that ONNX Runtime writes: an array of trace events, in which the kernels of an inference come before
 * the event of the inference itself (`model_run`).
 *
 * @returns One entry per inference, in the order of running.
 */
export function parseKernelProfile(json: string): ProfiledRun[] {
  const runs: ProfiledRun[] = []
  let run = new Map<string, KernelRun[]>()
  for (const { cat, name, dur, args } of JSON.parse(withEscapedNames(json)) as ProfileEvent[]) {
    if (cat === 'Node' && name.endsWith(ending)) {
      const kernel = {
        op: args?.op_name ?? '',
        provider: args?.provider ?? '',
        microseconds: dur,
        inputs: tensors(args?.input_type_shape),
        outputs: tensors(args?.output_type_shape),
      }
      const node = name.slice(0, -ending.length)
      run.set(node, [...(run.get(node) ?? []), kernel])
    }
    if (name === 'model_run') {
      runs.push(run)
      run = new Map()
    }
  }
  return runs
}

/**
 * ONNX Runtime writes names as they are. A quote, a backslash or a control character in one has to be escaped, or the
 * profile is no JSON or names another node.
 */
function withEscapedNames(json: string): string {
  if (isPlain(json)) return json
  const name = /("name" :")((?:(?!"name" :").)*?)(_kernel_time","args" : \{)/gs
  return json.replace(
    name,
    (_, before: string, raw: string, after: string) => before + JSON.stringify(raw).slice(1, -1) + after,
  )
}

function isPlain(json: string): boolean {
  if (json.includes('\\')) return false
  try {
    JSON.parse(json)
    return true
  } catch {
    return false
  }
}

function tensors(listed: readonly Readonly<Record<string, readonly number[]>>[] = []): KernelTensor[] {
  return listed.flatMap(tensor => Object.entries(tensor).map(([type, shape]) => ({ type, shape })))
}
