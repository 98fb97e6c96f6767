import { InputError } from '../../../errors.ts'
import { isRecord } from '../../../is-record.ts'
import { parseJson } from '../../../parse-json.ts'

/** How layer information is had, as the end of a sentence: of TensorRT 8.2 to 11. */
export const howToGetLayers =
  'build the engine with `--profilingVerbosity=detailed` and write them with `trtexec --loadEngine=model.engine --exportLayerInfo=layers.json`'

/** Lines of trtexec, of TensorRT's logger in Python, and of Polygraphy. */
const logLine = /^(?:&&&& |\[[\d/:-]+\] (?:\[TRT\] )?\[[FEWIV]\]|\[TRT\] \[[FEWIV]\]|\[[FEWIVX!]\] ).*/gm

/** What is given in place of layer information, and what it is. */
const others: readonly (readonly [sign: RegExp, is: string])[] = [
  [/\ufffd/, 'is no text: if it is the engine itself'],
  [/---- \d+ Layer\(s\)|^\s*Layer \d+\s+\|.*\[Op: /m, 'is what `polygraphy inspect model` prints'],
  [
    /^\s*Name: .*, LayerType: /m,
    'has layer information in lines of text (`LayerInformationFormat.ONELINE`, `--dumpLayerInfo`), not as JSON',
  ],
]

/**
 * The layers of layer information as JSON, also if a log is around it, as where a program prints what the inspector gives.
 *
 * @throws InputError that says what the text is instead
 */
export function layerInfoJson(text: string, source: string): readonly unknown[] {
  const json = withoutLog(text)
  if (!json.includes('"Layers"')) {
    const is = others.find(([sign]) => sign.test(text.slice(0, 1e6)))?.[1]
    if (is !== undefined) throw new InputError(`${source}: ${is}: ${howToGetLayers}`)
    if (json.trim() === '' && text.trim() !== '') {
      throw new InputError(
        `${source}: is a log of trtexec: give the file that \`--exportLayerInfo=layers.json\` writes`,
      )
    }
  }
  const value = parseJson(repaired(json), source, 'layer information')
  if (isRecord(value) && Array.isArray(value.Layers)) return value.Layers
  throw new InputError(
    `${source}: ${whatItIs(value)}, so it is no layer information, in detail: ${howToGetLayers}`,
  )
}

/** Without the lines of a log, but with as many lines: messages have their numbers. */
function withoutLog(text: string): string {
  return text.replace(logLine, '')
}

/** TensorRT 8.6 writes control characters as they are, and scalars that are not finite as C++ does. */
function repaired(text: string): string {
  const escaped = text.replace(
    /(?![\t\n\r])\p{Cc}/gu,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return isJson(escaped) ? escaped : escaped.replace(/([:,[]\s*)-?(nan|inf|NaN|Infinity)\b/g, '$1null')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function whatItIs(value: unknown): string {
  const has = (key: string) => Array.isArray(value) && value.some(each => isRecord(each) && key in each)
  if (has('averageMs')) return 'is a profile (`--exportProfile`)'
  if (has('computeMs')) return 'holds times (`--exportTimes`)'
  return 'has no `Layers`'
}
