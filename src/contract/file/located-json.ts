import jsonc, { type Node } from 'jsonc-parser'
import { InputError } from '../../errors.ts'
import { longestName, shorten } from '../../shorten.ts'

/** Line and column of a text, both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A JSON text that knows where each of its values stands. */
export interface LocatedJson {
  readonly value: unknown
  /** @param path Keys and indices that lead to the value. */
  place(path: readonly string[]): Place
  /**
   * Where a mistake is, to start its message with: `file:line:column: path: `.
   *
   * @param path Keys and indices that lead to the value.
   * @param property The mistake is in the name of this property of the value.
   */
  at(path: readonly string[], property?: string): string
  /** The same of the first text that is `value`. */
  atText(value: string): string
  /** Where that text is; undefined if there is none. */
  placeOfText(value: string): Place | undefined
}

/**
 * Reads JSON; comments and trailing commas are tolerated.
 *
 * @throws InputError with line and column where the text is no JSON or an object has a property twice.
 */
export function parseLocatedJson(source: string, file: string): LocatedJson {
  const text = source.replace(/^\uFEFF/, '')
  const errors: jsonc.ParseError[] = []
  const root = jsonc.parseTree(text, errors, { allowTrailingComma: true })
  const placeAt = (offset: number): Place => {
    const lines = text.slice(0, offset).split('\n')
    return { line: lines.length, column: lines.at(-1)!.length + 1 }
  }
  const position = (offset: number) => {
    const { line, column } = placeAt(offset)
    return `${file}:${line}:${column}`
  }
  if (text.trim() === '') throw new InputError(`${file}: is empty, so it is no contract`)
  const [error] = errors
  if (error !== undefined || root === undefined) {
    const problem = jsonc.printParseErrorCode(error?.error ?? 4).replace(/(?<=[a-z])[A-Z]/g, ' $&')
    throw new InputError(`${position(error?.offset ?? 0)}: is not JSON: ${problem.toLowerCase()}`)
  }
  const repeated = repeatedKey(root)
  if (repeated)
    throw new InputError(
      `${position(repeated.offset)}: \`${shorten(String(repeated.value), longestName)}\` is there twice`,
    )

  return {
    // Ordinary objects: the parser's own have no prototype, which ajv cannot compare.
    value: structuredClone(jsonc.getNodeValue(root)),
    place: path => placeAt(path.reduce(child, root).offset),
    at(path, property) {
      const node = path.reduce(child, root)
      const key = property === undefined ? undefined : keys(node).find(({ value }) => value === property)
      return `${position((key ?? node).offset)}: ${prefix(path)}`
    },
    placeOfText(value) {
      const node = textNode(root, value)
      return node && placeAt(node.offset)
    },
    atText(value) {
      const node = textNode(root, value)
      return node ? `${position(node.offset)}: ${prefix(jsonc.getNodePath(node).map(String))}` : ''
    },
  }
}

function prefix(path: readonly string[]): string {
  const shown = pathText(path.map(key => shorten(key, longestName)))
  return `${shown}${shown && ': '}`
}

function textNode(node: Node, text: string): Node | undefined {
  if (node.type === 'string') return node.value === text ? node : undefined
  // Of a property the value alone.
  const inside = node.type === 'property' ? node.children!.slice(1) : (node.children ?? [])
  for (const each of inside) {
    const found = textNode(each, text)
    if (found) return found
  }
  return undefined
}

function child(node: Node, segment: string): Node {
  if (node.type === 'array') return node.children![Number(segment)]!
  return node.children!.find(({ children }) => children![0]!.value === segment)!.children![1]!
}

function keys({ type, children = [] }: Node): Node[] {
  return type === 'object' ? children.map(({ children }) => children![0]!) : []
}

/** A parser keeps the last of two equal keys: the reader of the file would never know. */
function repeatedKey(node: Node): Node | undefined {
  const names = keys(node)
  const repeated = names.find(({ value }, index) => names.findIndex(key => key.value === value) < index)
  if (repeated !== undefined) return repeated
  for (const inner of node.children ?? []) {
    const found = repeatedKey(inner)
    if (found !== undefined) return found
  }
  return undefined
}

function pathText(path: readonly string[]): string {
  const steps = path.map(step => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
  return steps.join('').replace(/^\./, '')
}
