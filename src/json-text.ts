/**
 * JSON with a line break at its end, indented. JSON has no infinity but its numbers have no largest one: an infinity is
 * written as 1e999, which JSON.parse, as most parsers, reads as one. (JSON.stringify would write null, which a reader
 * compares like 0.)
 *
 * @param replacer - as of JSON.stringify
 */
export function jsonText(
  value: unknown,
  replacer: (key: string, value: unknown) => unknown = (_key, each) => each,
): string {
  const marked = (key: string, each: unknown) =>
    each === Infinity ? `${mark}1e999` : each === -Infinity ? `${mark}-1e999` : replacer(key, each)
  const text = JSON.stringify(value, marked, 2)
  return `${text.replaceAll(new RegExp(`"${mark}(-?1e999)"`, 'gu'), '$1')}\n`
}

/** A noncharacter of Unicode: no text that anybody writes has it. */
const mark = '\uFDD0'
