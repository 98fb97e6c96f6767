import { rm } from 'node:fs/promises'
import { timedFeeds } from '../../builder/timed-feeds.ts'
import { explainerOf } from '../../explain/explainers.ts'
import { formatAccuracyByLayer } from '../../report/explanation/format-accuracy-by-layer.ts'
import { formatExplanation } from '../../report/explanation/format-explanation.ts'
import { formatRemedies } from '../../report/explanation/format-remedies.ts'
import { scratchDirectory } from '../../scratch-directory.ts'
import type { CommandContext } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { type Options, seconds } from '../options.ts'
import type { Explained } from './explained.ts'
import { fixPath, writeFix } from './fix.ts'
import { layerAccuracy } from './layer-accuracy.ts'
import { modelEngines } from './model-engines.ts'
import { remediesForSlower } from './remedies-for-slower.ts'

/** Times, profiles and explains two ONNX files, or two variants of a contract, and tries remedies on the slower one. */
export async function explainModelFiles(
  options: Options,
  { terminal, signal }: CommandContext,
): Promise<Explained> {
  const fix = await fixPath(options)
  const time = seconds(options, 'seconds')
  const budget = seconds(options, 'budget')
  const onProgress = (line: string) => terminal.progress(line)
  const [a, b] = await modelEngines(options, { signal, onProgress })
  const { target, seed } = a.context
  const measure = { feeds: timedFeeds(a), target, seed, signal }
  onProgress(`timing and profiling ${a.variant} and ${b.variant}`)
  const explainer = explainerOf(target)!
  const explanation = await explainer.explain(a, b, {
    ...measure,
    ...(time !== undefined && { seconds: time }),
  })
  terminal.print(formatExplanation(explanation, terminal))

  // What the backend compiled is no model that could be changed and tried.
  if (!explainer.changesModels) return { explanation, exitCode: exitCodes.upheld }
  const directory = await scratchDirectory('remedies')
  try {
    const trying = { ...measure, directory, onProgress }
    const [slower, other] = explanation.slower === 'a' ? [a, b] : [b, a]
    const tried = options.flag('no-remedies')
      ? undefined
      : await remediesForSlower(slower, other, explanation, { ...trying, seconds: time, budget })
    if (tried) terminal.print(`\n${formatRemedies(slower.variant, tried, terminal)}`)
    if (options.flag('accuracy')) {
      const { variant, score, layers } = await layerAccuracy([b, a], trying)
      terminal.print(`\n${formatAccuracyByLayer(variant, score, layers, terminal)}`)
    }
    const exitCode =
      fix === undefined
        ? exitCodes.upheld
        : await writeFix(fix, { fixed: tried?.fixed, of: slower }, terminal)
    return { explanation, tried, exitCode }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
