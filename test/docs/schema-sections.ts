/** The keywords of JSON Schema, draft 07, that the schema of contracts uses. */
export interface Schema {
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly propertyNames?: Schema
  readonly items?: Schema | boolean
  readonly required?: readonly string[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly not?: Schema
  readonly dependencies?: Readonly<Record<string, readonly string[] | Schema>>
  readonly discriminator?: unknown
}

/**
 * Markdown of an object and of everything below it: a heading, what it is, a table of its properties, and the rules
 * that join them. Alternatives (`oneOf`, `anyOf`, `allOf`) that bring properties get a section each.
 */
export function schemaSections(name: string, schema: Schema, level = 2): string[] {
  return [
    `${'#'.repeat(Math.min(level, 6))} ${name}`,
    ...(schema.description ? [schema.description] : []),
    ...propertyTable(schema),
    ...list([...requiredElsewhere(schema), ...oneOfThese(schema), ...notTogether(schema), ...needs(schema)]),
    ...alternatives(schema).flatMap(each => schemaSections(`${name}, ${caseOf(each)}`, each, level + 1)),
    ...below(schema).flatMap(([part, each]) => schemaSections(inside(name, part), each, level + 1)),
  ]
}

function propertyTable({ properties = {}, required = [] }: Schema): string[] {
  const rows = Object.entries(properties).map(([name, property]) => [
    `\`${name}\``,
    values(property),
    required.includes(name) ? 'required' : 'default' in property ? code(property.default) : '',
    property.description ?? '',
    (property.examples ?? []).map(code).join(', '),
  ])
  return rows.length > 0 ? [table(['property', 'values', 'default', 'what it does', 'example'], rows)] : []
}

/** A table of Markdown. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

function values(schema: Schema): string {
  if ('const' in schema) return code(schema.const)
  if (schema.enum) return schema.enum.map(code).join(', ')
  const types = [schema.type ?? []].flat().map(type => typed(type, schema))
  return types.join(' or ') || schema.oneOf?.map(values).join(' or ') || 'anything'
}

function typed(type: string, { items, additionalProperties, ...limits }: Schema): string {
  if (type === 'array' && typeof items === 'object') return `list of ${values(items)}`
  if (type === 'object' && typeof additionalProperties === 'object' && additionalProperties.type)
    return `object of ${values(additionalProperties)}`
  if (type !== 'number' && type !== 'integer') return type
  const within = [
    ...(limits.minimum === undefined ? [] : [`at least ${limits.minimum}`]),
    ...(limits.exclusiveMinimum === undefined ? [] : [`above ${limits.exclusiveMinimum}`]),
    // The largest integer that JSON can carry is no limit that anybody meets.
    ...((limits.maximum ?? Number.MAX_SAFE_INTEGER) === Number.MAX_SAFE_INTEGER
      ? []
      : [`at most ${limits.maximum}`]),
    ...(limits.exclusiveMaximum === undefined ? [] : [`below ${limits.exclusiveMaximum}`]),
  ]
  return within.length > 0 ? `${type} (${within.join(', ')})` : type
}

function requiredElsewhere({ properties = {}, required = [] }: Schema): string[] {
  const elsewhere = required.filter(name => !(name in properties))
  return elsewhere.length > 0 ? [`Required: ${names(elsewhere)}.`] : []
}

function oneOfThese({ oneOf = [], anyOf = [] }: Schema): string[] {
  const rule = (which: string, options: readonly Schema[]) => {
    const choices = options.filter(option => !hasContent(option) && option.required)
    return choices.length > 0
      ? [`${which} of: ${choices.map(({ required }) => names(required!, ' with ')).join(', ')}.`]
      : []
  }
  return [...rule('Exactly one', oneOf), ...rule('At least one', anyOf)]
}

function notTogether({ not, propertyNames }: Schema): string[] {
  return [
    ...(not?.required ? [`Not together: ${names(not.required)}.`] : []),
    ...(propertyNames?.not?.enum
      ? [`Names that are refused, because clauses use them: ${propertyNames.not.enum.map(code).join(', ')}.`]
      : []),
  ]
}

/** Properties that need the same others share a line. */
function needs({ dependencies = {} }: Schema): string[] {
  const groups = new Map<string, string[]>()
  for (const [name, needed] of Object.entries(dependencies)) {
    const others = names('length' in needed ? needed : (needed.required ?? []), ' and ')
    if (others) groups.set(others, [...(groups.get(others) ?? []), name])
  }
  return [...groups].map(([others, all]) => `${names(all)} ${all.length === 1 ? 'needs' : 'need'} ${others}.`)
}

function list(rules: readonly string[]): string[] {
  return rules.length > 0 ? [rules.map(rule => `- ${rule}`).join('\n')] : []
}

/** Forms that an object may take, each with properties of its own. */
function alternatives({ oneOf = [], anyOf = [], allOf = [] }: Schema): Schema[] {
  return [...oneOf, ...anyOf, ...allOf].filter(hasContent)
}

function hasContent(schema: Schema): boolean {
  return below(schema).length > 0 || Object.keys(schema.properties ?? {}).length > 0
}

/** What tells an alternative from the others: its title, or the properties that have one value in it. */
function caseOf({ title, properties = {} }: Schema): string {
  const fixed = Object.entries(properties).flatMap(([name, property]) => {
    if ('const' in property) return [`\`"${name}": ${JSON.stringify(property.const)}\``]
    return property.enum?.length === 1 ? [`\`"${name}": ${JSON.stringify(property.enum[0])}\``] : []
  })
  return title || fixed.join(', ') || 'another form'
}

/** Objects below an object: of its properties, of names that the user chooses, and in lists. */
function below({ properties = {}, additionalProperties, items }: Schema): [string, Schema][] {
  const parts: [string, Schema | boolean | undefined][] = [
    ...Object.entries(properties),
    ['<name>', additionalProperties],
    ['[]', items],
  ]
  return parts.flatMap(([name, part]): [string, Schema][] =>
    typeof part === 'object' && (hasContent(part) || alternatives(part).length > 0) ? [[name, part]] : [],
  )
}

function inside(name: string, part: string): string {
  const path = name.replaceAll('`', '')
  if (path === 'The file') return `\`${part}\``
  return part === '[]' ? `\`${path}[]\`` : `\`${path}.${part}\``
}

function names(words: readonly string[], between = ', '): string {
  return words.map(word => `\`${word}\``).join(between)
}

function code(value: unknown): string {
  // With spaces, where lines may break.
  return `\`${JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ')}\``
}
