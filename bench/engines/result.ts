import { environment } from '../../src/engine/environment.ts'
import { markdownTable } from '../../src/report/markdown.ts'

/** A form of a model on a runtime, timed in turns with all others. */
export interface FormResult {
  /** fps relative to ONNX Runtime's fp32. */
  readonly ratio: number
  /** A share. */
  readonly accuracy: number
  /** Backend that `implicit of both` took. */
  readonly chose?: string
}

export interface ModelResult {
  readonly model: string
  /** By name of the form; absent of what failed. */
  readonly forms: Readonly<Record<string, FormResult>>
  /** Why forms are missing, by their name, or the whole model (`model`). */
  readonly failures: Readonly<Record<string, string>>
}

/** What a run leaves behind, whole after every model. */
export interface EnginesResult {
  readonly machine: string
  readonly models: readonly ModelResult[]
}

export const [best, implicitHere] = ['implicit of both', 'ORT implicit']

export function machineText(): string {
  const { cpu, cores, instructionSets } = environment()
  return `${cpu} (${cores} cores, ${instructionSets.join(', ')})`
}

/** The table with geometric means over the models that have a form, and how the chosen form stands to the best of all. */
export function formatEngines({ machine, models }: EnginesResult): string {
  const names = [...new Set(models.flatMap(({ forms }) => Object.keys(forms)))]
  const rows = models.map(({ model, forms }) => [
    model,
    ...names.map(name => {
      const form = forms[name]
      if (!form) return '-'
      return `${form.ratio.toFixed(2)} (${(100 * form.accuracy).toFixed(1)})${form.chose ? ` ${form.chose}` : ''}`
    }),
  ])
  const means = names.map(name => {
    const found = models.flatMap(({ forms }) => (forms[name] ? [forms[name].ratio] : []))
    return `${geometricMean(found).toFixed(2)}${found.length < models.length ? ` of ${found.length}` : ''}`
  })
  const failures = models.flatMap(({ model, failures }) =>
    Object.entries(failures).map(([form, why]) => `- ${model}, ${form}: ${why}`),
  )
  return [
    `${machine}. Speed relative to ONNX Runtime's fp32, in brackets the accuracy in %.`,
    '',
    markdownTable(['model', ...names], [...rows, ['geometric mean', ...means]]),
    ...(failures.length > 0 ? ['', 'Missing:', '', ...failures] : []),
    ...standing(models),
  ].join('\n')
}

/** `implicit of both` beside the fastest form that loses no more than half a point, and beside ONNX Runtime's implicit. */
function standing(models: readonly ModelResult[]): string[] {
  const complete = models.filter(({ forms }) => forms[best] && forms[implicitHere] && forms['ORT fp32'])
  if (complete.length === 0) return []
  const toBest = complete.map(({ model, forms }) => {
    const least = forms['ORT fp32']!.accuracy - 0.005
    const [name, form] = Object.entries(forms)
      .filter(([, { accuracy }]) => accuracy >= least)
      .reduce((fastest, each) => (each[1].ratio > fastest[1].ratio ? each : fastest))
    return `${model} ${(forms[best]!.ratio / form.ratio).toFixed(3)} (${name})`
  })
  const gain = geometricMean(complete.map(({ forms }) => forms[best]!.ratio / forms[implicitHere]!.ratio))
  return [
    '',
    `\`${best}\` beside the fastest form that loses at most 0.5 points: ${toBest.join(', ')}. Beside \`${implicitHere}\`: ${gain.toFixed(2)} in the geometric mean of ${complete.length}.`,
  ]
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
