import { InputError } from '../../errors.ts'
import type { Options } from '../options.ts'

/** The one number by which TensorRT calls its version: major, minor and patch, two digits each from 10.0 on. */
export function tensorrtVersion(options: Options): number {
  const text = options.one('tensorrt-version') ?? '10.6.0'
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(text) ?? []
  if (!major) throw new InputError(`\`--tensorrt-version ${text}\`: must be like 10.6.0`)
  const [first, second, third] = [major, minor, patch].map(Number) as [number, number, number]
  if (first > 10) {
    throw new InputError(
      `\`--tensorrt-version ${text}\`: TensorRT 11 has no implicit quantization and reads no cache`,
    )
  }
  return first === 10 ? first * 10_000 + second * 100 + third : first * 1000 + second * 100 + third
}
