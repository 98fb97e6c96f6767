import type { CompileSource } from '../../../engine/backend.ts'
import { InputError } from '../../../errors.ts'

/** Signs in the log of a successful build that it calibrated by itself or not at all: its accuracy would mean nothing. */
const ownRanges: readonly (readonly [sign: RegExp, meaning: string])[] = [
  [/Calibrator is not being used|must provide dynamic range/, 'it has no ranges but dummies'],
  [/Starting Calibration|Calibrated batch/, 'it calibrated on random values of its own'],
  [/Calibration table does not match/, 'it refused the calibration cache'],
]

const missingScale = /Missing scale and zero-point for tensor (.+?), expect fall back/g

/**
 * Checks by the log that an engine which was built is the one that was asked for: TensorRT says that all is well also if the
 * ranges are random.
 *
 * @returns what a reader should know, a sentence each
 * @throws InputError that names the trap
 */
export function checkBuild(text: string, { model, quantization, scales }: CompileSource): string[] {
  if (quantization !== 'implicit') return []
  for (const [sign, meaning] of ownRanges) {
    if (sign.test(text)) throw new InputError(`${model}: TensorRT built an INT8 engine, but ${meaning}`)
  }
  if (!/Reading Calibration Cache for calibrator: EntropyCalibration2/.test(text)) {
    throw new InputError(
      `${model}: TensorRT built an INT8 engine without saying that it read the calibration cache`,
    )
  }
  const missing = [...new Set([...text.matchAll(missingScale)].map(([, tensor]) => tensor!))]
  const lost = missing.find(tensor => scales?.has(tensor))
  if (lost !== undefined) {
    throw new InputError(
      `${model}: TensorRT found no scale of tensor \`${lost}\` in the calibration cache, so its layers would silently stay float`,
    )
  }
  return missing.map(tensor => `TensorRT made tensor \`${tensor}\` itself: its layers stay float`)
}
