/** A version of TensorRT. */
export interface TensorrtVersion {
  /** As TensorRT writes it into banners and calibration caches: 8601 is 8.6.1, from 10.0 on 100600 is 10.6.0. */
  readonly number: number
  readonly major: number
  readonly text: string
}

/** The version behind TensorRT's one number: MMmmpp from 10.0 on, Mmpp before (`major * 1000 + minor * 100 + patch`). */
export function versionOf(number: number): TensorrtVersion {
  const [major, rest] =
    number >= 100_000
      ? [Math.floor(number / 10_000), number % 10_000]
      : [Math.floor(number / 1000), number % 1000]
  return { number, major, text: `${major}.${Math.floor(rest / 100)}.${rest % 100}` }
}

/** The version behind a text such as `10.6.0` or `10.6.0.post1`. */
export function versionOfText(text: string): TensorrtVersion {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number)
  return versionOf(major >= 10 ? major * 10_000 + minor * 100 + patch : major * 1000 + minor * 100 + patch)
}

/** Whether a line is such a text. */
export function isVersion(line: string): boolean {
  return /^\d+\.\d+(\.[\w+.]+)?\s*$/.test(line)
}
