import { basename } from 'node:path'
import type { ModelFacts } from './facts/model-facts.ts'
import type { Probe } from './probe.ts'
import type { Row, Step } from './row.ts'

/** An output of an INT8 form is to be so near to that of the float model, or what it loses is to be told. */
const leastDecibels = 15
/** Float is so much quicker with denormals flushed that they are what a comparison shows. */
const ofDenormals = 2

export const flushedFloat = 'fp32, denormals flushed'

/**
 * What is wrong with what quantract did, by rules that hold for every model:
 *
 * - nothing crashes, hangs or calls itself a bug; a refusal is one sentence and names no file of quantract's own
 * - a float model that runs and has weights is quantized, not refused; what is quantized already is refused as such
 * - what cannot be right is refused: an initializer with NaN is named, answers that are no numbers are told
 * - an output below 15 dB is told, and so is a channel of which a few values are left; the file runs in a plain session
 * - the file imports no domain that it does not use, holds no weight twice and names nobody's folders
 * - a speed-up that flushing denormals alone brings is told
 */
export function judge(row: Omit<Row, 'misses'>, probe: Probe | undefined): string[] {
  const misses = row.steps.flatMap(step => ofStep(step).map(miss => `${step.name}: ${miss}`))
  if (probe?.facts) {
    const rules = row.kind === 'float' ? ofFloat : ofQuantized
    for (const step of row.steps) {
      const found = brokenWeight(step, probe.facts) ?? rules(step, probe, probe.facts, row)
      if (found !== undefined) misses.push(`${step.name}: ${found}`)
    }
  }
  const flushed = row.timings?.[flushedFloat]?.ratio ?? 1
  const told = row.steps.some(({ said }) => /denormal|subnormal/i.test(withoutFiles(said)))
  if (flushed > ofDenormals && !told) {
    misses.push(`float alone is ${flushed.toFixed(0)}x as fast with denormals flushed, which nothing says`)
  }
  return misses
}

type Rule = (
  step: Step,
  probe: Probe,
  facts: ModelFacts,
  row: Pick<Row, 'name' | 'steps'>,
) => string | undefined

function brokenWeight({ outcome, said }: Step, { withNaN }: ModelFacts): string | undefined {
  const [broken] = withNaN
  if (broken === undefined) return undefined
  if (withNaN.some(name => said.includes(name))) return undefined
  return outcome === 'done'
    ? `the NaN in ${broken} is not noticed`
    : `does not name ${broken}, which holds NaN`
}

const ofFloat: Rule = ({ name, outcome, said }, { answers, failure }, { weighted, withNaN }) => {
  if (withNaN.length > 0 || failure !== undefined) return undefined
  if (name === 'check') {
    const quiet = outcome === 'done' && answers === 'NaN' && !/NaN/.test(said)
    return quiet ? 'answers that are no numbers are not told' : undefined
  }
  if (outcome !== 'refused' || answers === 'NaN') return undefined
  const why = /nothing|no operator|no node|none of/i.test(withoutFiles(said))
  return weighted > 0 || !why ? `refused, though it runs: ${said}` : undefined
}

const ofQuantized: Rule = ({ name, outcome, said }, { failure }, { omittedZeroPoints, withNaN }, row) => {
  if (withNaN.length > 0) return undefined
  if (name === 'quantize' && failure === undefined) {
    return outcome === 'refused' && /quantized already|already quantized/.test(said)
      ? undefined
      : `does not say that the model is quantized already: ${said}`
  }
  if (outcome !== 'refused') return undefined
  if (failure === undefined) return `refused, though it runs: ${lastLine(said)}`
  if (!said.includes(basename(row.name))) return `does not name the file: ${said}`
  const cause = omittedZeroPoints === 0 || /zero point/.test(said)
  return cause
    ? undefined
    : `does not say that ${omittedZeroPoints} zero points are left out: ${lastLine(said)}`
}

function ofStep({ name, outcome, said, written }: Step): string[] {
  const misses: string[] = []
  if (outcome === 'crashed') misses.push(`crashed: ${said.slice(-200)}`)
  if (outcome === 'timed out') misses.push('did not end in time')
  if (/bug in quantract/.test(said)) misses.push(`calls itself a bug: ${lastLine(said)}`)
  if (/^ {4}at .+:\d+/m.test(said)) misses.push('prints a stack')
  const isQuantize = /^(quantize|explicit|implicit)/.test(name)
  if (isQuantize && outcome === 'refused' && said.includes('\n'))
    misses.push(`refused in several lines: ${said}`)
  const own = /\b(prepared|layers|optimized)\.onnx\b|\/building-\w+\/|\bcache-quantize\b/.exec(said)
  if (outcome === 'refused' && own) misses.push(`names ${own[0]}, a file of its own: ${lastLine(said)}`)
  if (/[^\P{Cc}\t\n]/u.test(said)) misses.push('prints control characters of the file')
  if (/^::(error|warning)/m.test(said)) misses.push('prints a line that steers a CI system')
  if (!written) return misses
  if (written.failure !== undefined) misses.push(`the file that it wrote does not run: ${written.failure}`)
  for (const [operator, { int8 }] of Object.entries(written.counts ?? {})) {
    const told = new RegExp(`(\\d+) of (\\d+) ${operator}\\b`).exec(said)
    if (told && Number(told[1]) !== int8) misses.push(`says ${told[0]} in INT8, a plain session has ${int8}`)
  }
  if (/\b0 of 0\b/.test(said)) misses.push('counts operators that the model does not have: 0 of 0')
  for (const { output, worst, collapsed } of written.errors ?? []) {
    const name = output.replaceAll(/[^\w]/g, '\\$&')
    const told = new RegExp(`(?<!\\w)${name}(?!\\w).*\\b(dB|NaN)\\b`).test(withoutFiles(said))
    if (worst < leastDecibels && !told) misses.push(`${output} at ${worst.toFixed(1)} dB without a word`)
    if (collapsed !== undefined && !told)
      misses.push(`${output}${collapsed} has a few values left, without a word`)
  }
  if (written.unusedDomains.length > 0) misses.push(`imports ${written.unusedDomains.join(', ')} for nothing`)
  if (written.copies.length > 0)
    misses.push(`holds ${written.copies.length} weights twice, ${written.copies[0]}`)
  if (written.paths.length > 0) misses.push(`its metadata name ${written.paths[0]}`)
  return misses
}

/** A sentence without the names of files, which may say by chance what the sentence should. */
function withoutFiles(text: string): string {
  return text.replace(/\S*\/\S*|\S+\.(onnx|npz)\b/g, '')
}

function lastLine(text: string): string {
  return text.split('\n').at(-1)!
}
