import { InputError } from '../../errors.ts'

/** A calibration cache of TensorRT: the scale of each tensor. */
export interface TensorrtCache {
  readonly header: TensorrtCacheHeader
  /** Scale (largest magnitude / 127, a 32-bit float) by tensor name, in the order of the file. */
  readonly scales: ReadonlyMap<string, number>
  /** Caches that were edited on Windows have `\r\n`. */
  readonly lineEnd: '\n' | '\r\n'
}

/** The first line: which calibrator of which version wrote the cache. TensorRT reads only its own. */
export type TensorrtCacheHeader = TensorrtCacheOrigin | LegacyCacheHeader

export interface TensorrtCacheOrigin {
  /** `EntropyCalibration2`, `MinMaxCalibration` or `EntropyCalibration`. */
  readonly algorithm: string
  /** TensorRT's version as one number: 8601 is 8.6.1, from 10.0 on 100600 is 10.6.0. */
  readonly version: number
}

/** IInt8LegacyCalibrator names its two parameters instead of a version. */
export interface LegacyCacheHeader {
  readonly algorithm: 'LegacyCalibration'
  readonly regressionCutoff: number
  readonly quantile: number
}

/**
 * Parses the text of a calibration cache. Scales may be infinite: real caches hold such.
 *
 * @param source what to call the cache in messages, usually its path
 * @throws InputError with the number of the line that is malformed
 */
export function parseTensorrtCache(text: string, source: string): TensorrtCache {
  const lineEnd = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n'
  // Editors leave a mark of the byte order, line ends of two kinds and empty lines behind.
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const header = parseHeader((lines[0] ?? '').trimEnd(), source)
  const scales = new Map<string, number>()
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue
    const where = `${source}:${index + 1}`
    // Tensor names may hold colons: the last one is the separator. TensorRT writes no zeros in front of the digits.
    const entry = /^(.+): (?:0x)?([0-9a-f]{1,8})\s*$/i.exec(line)
    if (!entry) {
      throw new InputError(
        `${where}: \`${shortened(line)}\` is not a tensor's name, a colon, a space and up to eight hexadecimal digits`,
      )
    }
    const [, tensor, hex] = entry as unknown as [string, string, string]
    const scale = floatOfHex(hex)
    if (Number.isNaN(scale))
      throw new InputError(`${where}: the scale of tensor \`${tensor}\` is not a number`)
    if ((scales.get(tensor) ?? scale) !== scale) {
      throw new InputError(
        `${where}: tensor \`${tensor}\` has another scale already: keep the line that the engine was built with`,
      )
    }
    scales.set(tensor, scale)
  }
  return { header, scales, lineEnd }
}

/** The text of a calibration cache, as TensorRT writes it. */
export function formatTensorrtCache({ header, scales, lineEnd }: TensorrtCache): string {
  const lines = [...scales].map(([tensor, scale]) => `${tensor}: ${hexOfFloat(scale)}`)
  return [formatHeader(header), ...lines, ''].join(lineEnd)
}

/** The text of the cache that TensorRT of this version takes from an entropy calibrator, such as trtexec's. */
export function calibrationCacheText(scales: ReadonlyMap<string, number>, version: number): string {
  return formatTensorrtCache({
    header: { algorithm: 'EntropyCalibration2', version },
    scales,
    lineEnd: '\n',
  })
}

function parseHeader(line: string, source: string): TensorrtCacheHeader {
  const [, version, algorithm] = /^TRT-(\d+)-(\w+)$/.exec(line) ?? []
  if (version && algorithm) return { algorithm, version: Number(version) }
  const [, cutoff, quantile] = /^0 ([0-9a-f]{16}) ([0-9a-f]{16})$/i.exec(line) ?? []
  if (cutoff && quantile) {
    return {
      algorithm: 'LegacyCalibration',
      regressionCutoff: doubleOfHex(cutoff),
      quantile: doubleOfHex(quantile),
    }
  }
  throw new InputError(
    `${source}:1: \`${shortened(line)}\` is not the header of a TensorRT calibration cache, such as TRT-100600-EntropyCalibration2: give the file that the engine's calibrator wrote (\`--calib\` of trtexec, \`--calibration-cache\` of Polygraphy)`,
  )
}

function formatHeader(header: TensorrtCacheHeader): string {
  if ('version' in header) return `TRT-${header.version}-${header.algorithm}`
  return `0 ${hexOfDouble(header.regressionCutoff)} ${hexOfDouble(header.quantile)}`
}

const view = new DataView(new ArrayBuffer(8))

function floatOfHex(hex: string): number {
  view.setUint32(0, Number.parseInt(hex, 16))
  return view.getFloat32(0)
}

function hexOfFloat(value: number): string {
  view.setFloat32(0, value)
  return view.getUint32(0).toString(16).padStart(8, '0')
}

function doubleOfHex(hex: string): number {
  view.setBigUint64(0, BigInt(`0x${hex}`))
  return view.getFloat64(0)
}

function hexOfDouble(value: number): string {
  view.setFloat64(0, value)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}

function shortened(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}...` : line
}
