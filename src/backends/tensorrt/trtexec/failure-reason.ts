import type { TrtexecLog } from './read-log.ts'

/** What a build says of a timing cache that it cannot read. */
export const damagedTimings = 'the timing cache is damaged, or of another version of TensorRT'

/** What trtexec says, and what it means: the first that is found in a log is the reason. */
const reasons: readonly (readonly [pattern: RegExp, reason: (match: RegExpExecArray) => string])[] = [
  [
    /no CUDA-capable device is detected|CUDA driver version is insufficient|cudaErrorNoDevice/,
    () => 'there is no GPU that CUDA can use: `nvidia-smi` on the target shows which there are',
  ],
  [/Unknown option: (\S+)/, ([, option]) => `this trtexec does not know \`${option}\``],
  [
    /Calibration table does not match calibrator algorithm type/,
    () => 'TensorRT refuses the calibration cache: it was written by another version or another calibrator',
  ],
  [
    /calibrateEngine.*Assertion context->executeV2/,
    () => 'TensorRT takes nothing from the calibration cache: it holds no scales',
  ],
  [/TimingCache creation failed|setTimingCache failed|Failed to create timingCache/, () => damagedTimings],
  [
    /Version tag does not match/,
    () => 'the engine file is of another version of TensorRT: build it again with this one',
  ],
  [
    /(Failed to read memory from the stream: [^)]*|Engine deserialization failed)/,
    ([, text]) => `the engine file is damaged or of another version of TensorRT: ${text}`,
  ],
  [/Error opening engine file: (.+)/, ([, file]) => `the engine file ${file} cannot be opened`],
  [/Failed to parse ONNX model from file: (.+)!/, ([, file]) => `TensorRT cannot read the model ${file}`],
  [/Failed to parse the ONNX model/, () => 'TensorRT cannot read the model: it is damaged or no ONNX'],
  [
    /must have same input types.*/,
    ([text]) => `the model mixes types, which TensorRT 11 does not convert: ${text}`,
  ],
  [
    /Static model does not take explicit shapes/,
    () => 'the model has fixed shapes, so it takes no other batch',
  ],
  // Tactics that need too much memory are skipped in builds that succeed, too: other reasons come first.
  [
    /Error Code 2: OutOfMemory|Cuda Runtime \(out of memory\)|\(out of memory\)|cudaErrorMemoryAllocation/,
    () =>
      'the GPU has too little free memory: end what else runs on it (`nvidia-smi` names it), or take a smaller `batch`',
  ],
  [
    /Could not find any implementation for node (.+?)\.? *$/m,
    ([, node]) =>
      `TensorRT has no kernel for ${node}: leave it in float (\`exclude\`), or try another version`,
  ],
  [/Uncaught exception detected: (.+)/, ([, text]) => text!],
]

/** One sentence about why a run of trtexec failed. */
export function failureReason(
  { text, errors, result, version }: TrtexecLog,
  exitCode: number | undefined,
): string {
  for (const [pattern, reason] of reasons) {
    const match = pattern.exec(text)
    if (match) return reason(match)
  }
  const [first] = errors
  if (first !== undefined) return first
  if (exitCode === undefined) return 'trtexec could not be started, or was killed'
  if (version === undefined) return `the command ended with exit code ${exitCode} and is no trtexec`
  return `trtexec ended with exit code ${exitCode} and ${result === undefined ? 'without a result' : `said ${result}`}`
}
