import { Ajv, type DefinedError, type ValidateFunction } from 'ajv'
import { type BackendName, defaultBackend, isBackendName } from '../../backends/backends.ts'
import { foreignWords } from '../../backends/resolve-target.ts'
import { didYouMean, nearest } from '../../did-you-mean.ts'
import { longestName, shorten } from '../../shorten.ts'
import { targetOf, unknownTarget } from '../schema/target.ts'
import { contractSchema } from '../schema.ts'
import type { LocatedJson } from './located-json.ts'

const ajv = new Ajv({ allErrors: true, verbose: true, discriminator: true, allowUnionTypes: true })

/** By the backend of the contract's target; `undefined` for one that does not exist. */
const validators = new Map<BackendName | undefined, ValidateFunction>()

/** Everything in a contract file that its schema does not allow, a sentence each with file, line and path. */
export function schemaMistakes(json: LocatedJson): string[] {
  const backend = backendIn(json.value)
  const validate = validators.get(backend) ?? ajv.compile(schemaFor(backend))
  validators.set(backend, validate)
  if (validate(json.value)) return []
  const errors = withoutMisspelt(validate.errors!.filter(error => !isAlternative(error)) as DefinedError[])
  const sentences = errors.map(error => {
    const found = foreignWord(error, backend) ?? describe(error)
    const { property = error.propertyName, within = [], problem } = found
    return json.at([...pointer(error.instancePath), ...within], property) + problem
  })
  return [...new Set(sentences)]
}

/** The backend that a contract chooses, if there is such a one: its words are those that the target may have. */
function backendIn(contract: unknown): BackendName | undefined {
  const { target } = Object(contract) as { target?: unknown }
  const { backend = defaultBackend } = Object(target) as { backend?: unknown }
  return typeof backend === 'string' && isBackendName(backend) ? backend : undefined
}

/** Of the alternatives for a target only the chosen one, so that mistakes are told of no other. */
function schemaFor(backend: BackendName | undefined): object {
  const target = backend === undefined ? unknownTarget : targetOf(backend)
  return { ...contractSchema, properties: { ...contractSchema.properties, target } }
}

/** A word of a target that its backend does not know. */
function foreignWord(error: DefinedError, backend: BackendName | undefined): Description | undefined {
  if (error.keyword !== 'additionalProperties' || error.instancePath !== '/target' || !backend)
    return undefined
  const property = error.params.additionalProperty
  const [found] = foreignWords({ [property]: true }, backend)
  return found && { property, problem: found.problem }
}

/**
 * What one alternative of a `oneOf` lacks, all of which fit what is no object, and the outer of the two errors about a name:
 * others say it better.
 */
function isAlternative({ schemaPath, keyword, data }: { [Key in keyof DefinedError]?: unknown }): boolean {
  if (keyword === 'oneOf' && (data === null || typeof data !== 'object' || Array.isArray(data))) return true
  return /oneOf\/\d+\/required$|propertyNames$/.test(String(schemaPath))
}

/** Without what is missing only because its name is misspelt: the other error says how it is written. */
function withoutMisspelt(errors: readonly DefinedError[]): DefinedError[] {
  const meant = new Set(
    errors.flatMap(error => {
      if (error.keyword !== 'additionalProperties') return []
      const name = nearest(
        error.params.additionalProperty,
        Object.keys(error.parentSchema!.properties as object),
      )
      return name === undefined ? [] : `${error.instancePath}/${name}`
    }),
  )
  return errors.filter(
    error =>
      error.keyword !== 'required' || !meant.has(`${error.instancePath}/${error.params.missingProperty}`),
  )
}

/** A value of the right type that says the same, where one can be told from what was written. */
function rightType(
  data: unknown,
  valid: readonly string[],
  alternatives?: readonly Alternative[],
): string | undefined {
  const isObject = alternatives !== undefined && valid.includes('object')
  if (typeof data === 'string' && isObject) return asObject(data, alternatives)
  if (typeof data === 'string' && valid.includes('array')) return JSON.stringify([data])
  if (Array.isArray(data)) {
    const [only, second] = data
    const isOne = second === undefined && typeof only === 'string'
    if (isOne && valid.includes('string')) return JSON.stringify(only)
    return isOne && isObject ? asObject(only, alternatives) : undefined
  }
  if (typeof data !== 'string') return undefined
  if (valid.includes('boolean') && /^(true|false)$/.test(data)) return data
  const isNumber = valid.includes('integer') ? /^-?(0|[1-9]\d{0,14})$/ : /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/
  return (valid.includes('integer') || valid.includes('number')) && isNumber.test(data) ? data : undefined
}

/** An object that holds a word in the way that its extension says, e.g. the path of a file. */
function asObject(word: string, alternatives: readonly Alternative[]): string {
  const names = alternatives.flatMap(({ required: [name] }) => name ?? [])
  if (word === 'random' && names.includes(word)) return '{ "random": true }'
  const name = names.find(name => word.endsWith(`.${name}`)) ?? names[0]!
  return `{ ${JSON.stringify(name)}: ${JSON.stringify(word)} }`
}

const oneOf = new Intl.ListFormat('en-GB', { type: 'disjunction' })

interface Description {
  readonly problem: string
  /** The mistake is in the name of this property. */
  readonly property?: string
  /** The mistake is deeper than the value that ajv names. */
  readonly within?: readonly string[]
}

interface Alternative {
  readonly required: readonly string[]
  readonly properties: Readonly<Record<string, { const: string }>>
}

function describe(error: DefinedError): Description {
  const { parentSchema, data } = error
  const alternatives = parentSchema?.oneOf as readonly Alternative[]
  switch (error.keyword) {
    case 'required': {
      const name = error.params.missingProperty
      const schema = (parentSchema!.properties as Record<string, object> | undefined)?.[name]
      const hint = schema
        ? `for example ${JSON.stringify(name)}: ${shortest(schema)}`
        : oneOf.format(constants(alternatives, name).map(shortJson))
      return { problem: `\`${name}\` is missing: write ${hint}` }
    }
    case 'additionalProperties': {
      const property = error.params.additionalProperty
      const hint = didYouMean(property, Object.keys(parentSchema!.properties as object))
      return { property, problem: `unknown property \`${shorten(property, longestName)}\`${hint}` }
    }
    case 'enum':
      return { problem: unknownValue(data, error.params.allowedValues as string[]) }
    case 'const':
      return { problem: unknownValue(data, [String(error.params.allowedValue)]) }
    case 'discriminator': {
      const { tag, tagValue } = error.params
      const valid = constants(alternatives, tag)
      if (tagValue === undefined)
        return { problem: `\`${tag}\` is missing: write ${oneOf.format(valid.map(shortJson))}` }
      return { within: [tag], problem: unknownValue(tagValue, valid) }
    }
    case 'oneOf': {
      const names = alternatives.map(({ required: [name] }) => `\`${name}\``)
      const both = error.params.passingSchemas?.map(position => names[position]!)
      return { problem: both ? `keep one of ${both.join(' and ')}` : `needs ${oneOf.format(names)}` }
    }
    case 'dependencies': {
      const { property, missingProperty } = error.params
      return { property, problem: `\`${property}\` has an effect only together with \`${missingProperty}\`` }
    }
    case 'type': {
      const types = [error.params.type].flat()
      const valid = types.map(withArticle).join(' or ')
      const right = rightType(data, types, alternatives)
      const example = typeof data === 'string' ? numberHint(types, parentSchema!) : ''
      const hint = right === undefined ? example : `: write ${right}`
      return { problem: `must be ${valid}, not ${typeof data === 'number' ? data : typeName(data)}${hint}` }
    }
    case 'pattern': {
      if (error.propertyName === undefined) {
        const [example] = parentSchema!.examples as readonly string[]
        return { problem: `must be written like ${JSON.stringify(example)}, not ${JSON.stringify(data)}` }
      }
      const name = `\`${error.propertyName}\``
      return { problem: `${name} cannot be the name of a variant: use letters, digits and \`_ . + -\`` }
    }
    case 'not': {
      const both = (parentSchema!.not as { readonly required?: readonly string[] }).required
      if (both) return { problem: `keep one of ${both.map(name => `\`${name}\``).join(' and ')}` }
      return { problem: `\`${error.propertyName}\` is a word of the clause language: rename the variant` }
    }
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
      return { problem: `must be ${error.params.comparison} ${error.params.limit}, not ${data as number}` }
    case 'uniqueItems':
      return {
        within: [String(error.params.i)],
        problem: `the same as ${pointer(error.instancePath).at(-1)}[${error.params.j}]`,
      }
    default: // minLength, minItems, minProperties: 1 everywhere
      return { problem: `must not be empty: write for example ${shortest(parentSchema!)}` }
  }
}

/** An example of a number that is written as something else, `"5s"`, and what it counts. */
function numberHint(types: readonly string[], schema: object): string {
  const { description, examples } = schema as { description?: string; examples?: readonly unknown[] }
  if (!types.some(type => type === 'number' || type === 'integer') || !description || !examples) return ''
  const [what] = description.split(/[:;,.](?: |$)/)
  return `: write for example ${JSON.stringify(examples[0])} (${what!.replace(/^[A-Z]/, first => first.toLowerCase())})`
}

/** What alternatives are told apart by. */
function constants(alternatives: readonly Alternative[], property: string): string[] {
  return alternatives.map(({ properties }) => properties[property]!.const)
}

/** What a value may be, as text. */
function shortest(schema: object): string {
  const { examples } = schema as { readonly examples: readonly unknown[] }
  const texts = examples.map(example => JSON.stringify(example))
  return texts.toSorted((a, b) => a.length - b.length)[0]!
}

function unknownValue(value: unknown, valid: readonly string[]): string {
  return `unknown value ${shortJson(value)}${didYouMean(String(value), valid)}`
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value).replace(/^"(.*)"$/, '`$1`')
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return withArticle(Array.isArray(value) ? 'array' : typeof value)
}

function withArticle(type: string): string {
  if (type === 'integer') return 'a whole number'
  return `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`
}

/** Segments of a JSON pointer, RFC 6901. */
function pointer(text: string): string[] {
  const segments = text.split('/').slice(1)
  return segments.map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}
