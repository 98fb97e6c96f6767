import type { Explanation } from '../../explain/explain.ts'
import type { RemedyRounds } from '../../explain/onnxruntime/remedy-rounds.ts'
import { explanationJson } from '../../report/explanation/explanation-json.ts'
import { formatExplanationHtml } from '../../report/explanation/format-explanation-html.ts'
import { formatExplanationMarkdown } from '../../report/explanation/format-explanation-markdown.ts'
import { remedyLines } from '../../report/explanation/format-remedies.ts'
import { writeAtomically } from '../../write-atomically.ts'
import type { Command } from '../command.ts'
import { checkWritable } from '../outputs/check-writable.ts'
import { targetArgs } from '../target-args.ts'
import { explainModelFiles } from './model-files.ts'
import { explainProfiles } from './profiles.ts'

/** What `explain` writes into files, by the option that names the file. */
const reports = {
  json: explanationJson,
  markdown: (explanation: Explanation, tried?: RemedyRounds) =>
    formatExplanationMarkdown(explanation, tried && remedyLines(tried)),
  html: (explanation: Explanation, tried?: RemedyRounds) =>
    formatExplanationHtml(explanation, tried && remedyLines(tried)),
}

export const explain: Command = {
  name: 'explain',
  description: 'Say why one of two engines is slower, layer by layer, and what to change',
  takes: 'two engines',
  args: {
    a: {
      type: 'positional',
      description:
        'An ONNX file, a contract, or the profile of an engine that trtexec wrote (--exportProfile)',
    },
    b: {
      type: 'positional',
      required: false,
      description: 'The other ONNX file or profile; none with a contract',
    },
    calibration: {
      type: 'string',
      valueHint: 'file.npz',
      description:
        'Inputs to run ONNX files on, and for the ranges that remedies need (default: random ones)',
    },
    evaluation: {
      type: 'string',
      valueHint: 'file.npz',
      description: 'Labelled inputs, to see what remedies do to accuracy',
    },
    variants: {
      type: 'string',
      valueHint: 'x,y',
      description:
        'The two variants of a contract to explain (default: implicit and explicit, or the first two)',
    },
    fix: {
      type: 'string',
      valueHint: 'out.onnx',
      description: 'Write the slower model with the remedies that made it fastest',
    },
    accuracy: {
      type: 'boolean',
      description: 'Measure layer by layer what quantization does to accuracy; needs labelled data',
    },
    budget: {
      type: 'string',
      valueHint: 'seconds',
      description: 'Time to try remedies for, the costliest causes first (default: 30)',
    },
    'no-remedies': { type: 'boolean', description: 'Name causes, but try no remedies' },
    ...targetArgs,
    seconds: {
      type: 'string',
      valueHint: 'seconds',
      description: 'Time to measure both engines for; each remedy gets half of it (default: 8)',
    },
    layers: {
      type: 'string',
      valueHint: 'a.json,b.json',
      description:
        'Layer information of both (--exportLayerInfo; default: x.layers.json or x.graph.json beside x.profile.json)',
    },
    times: {
      type: 'string',
      valueHint: 'a.json,b.json',
      description:
        'Times of both (--exportTimes; default: x.times.json or x.timing.json beside x.profile.json)',
    },
    json: { type: 'string', valueHint: 'file', description: 'Write everything that was found to this file' },
    html: {
      type: 'string',
      valueHint: 'file',
      description: 'Write the report as one HTML file with a picture of the time by layer',
    },
    markdown: { type: 'string', valueHint: 'file', description: 'Write the report as Markdown to this file' },
  },
  examples: [
    'quantract explain contracts/resnet8.contract.json',
    'quantract explain contracts/resnet8.contract.json --variants explicit,fp32 --html why.html',
    'quantract explain model.onnx model.qdq.onnx --calibration calibration.npz --fix model.fixed.onnx',
    'quantract explain implicit.profile.json explicit.profile.json',
    'quantract explain implicit.profile.json explicit.profile.json --markdown why.md --json why.json',
    'quantract explain a/profile.json b/profile.json --layers a/info.json,b/info.json --times a/t.json,b/t.json',
  ],
  exitCodes: {
    0: 'the engines were compared, whatever was found',
    3: 'they could not be: bad input, a missing file',
  },
  async run(options, context) {
    const files = Object.entries(reports).flatMap(([name, report]) => {
      const path = options.one(name)
      return path === undefined ? [] : [{ name, path, report }]
    })
    for (const { name, path } of files) await checkWritable(path, name)
    const [first = ''] = options.positionals // it is there
    const { explanation, tried, exitCode } = isModel(first)
      ? await explainModelFiles(options, context)
      : await explainProfiles(options, context)
    for (const { path, report } of files) await writeAtomically(path, report(explanation, tried))
    return exitCode
  },
}

/** Whether `explain` runs a file itself: ONNX models and contracts; trtexec's profiles are read. */
function isModel(path: string): boolean {
  return path.endsWith('.onnx') || path.endsWith('.contract.json')
}
