import { type CommandDef, defineCommand } from 'citty'
import { InputError } from '../errors.ts'
import { explain as explainEngines } from '../explain/explain.ts'
import { explanationJson } from '../report/explanation/explanation-json.ts'
import { formatExplanation } from '../report/explanation/format-explanation.ts'
import { formatExplanationHtml } from '../report/explanation/format-explanation-html.ts'
import { formatExplanationMarkdown } from '../report/explanation/format-explanation-markdown.ts'
import type { CommandContext } from './command.ts'
import { explainOnnx, isModel, modelArgs } from './explain-onnx.ts'
import { checkWritable, writeAtomically } from './json-file.ts'
import { readOptions } from './options.ts'
import { trtexecEngines } from './trtexec-engines.ts'

const args = {
  a: {
    type: 'positional',
    description: 'ONNX file, contract, or profile that trtexec wrote of one engine (--exportProfile)',
  },
  b: { type: 'positional', required: false, description: 'ONNX file or profile of the other' },
  ...modelArgs,
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
} as const

export const explain: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'explain',
    description: 'Say why one of two engines is slower, layer by layer, and what to change',
  },
  args,
  async run({ rawArgs, data }) {
    const { terminal, signal } = data as CommandContext
    const options = readOptions(rawArgs, args)
    const [a = '', b, extra] = options.positionals // citty has seen one
    if (extra !== undefined)
      throw new InputError(`\`explain\` takes two engines: \`${extra}\` is a third one`)
    const [json, markdown, html] = [options.one('json'), options.one('markdown'), options.one('html')]
    if (json !== undefined) await checkWritable(json)
    if (markdown !== undefined) await checkWritable(markdown, 'markdown')
    if (html !== undefined) await checkWritable(html, 'html')
    if (isModel(a)) {
      const found = await explainOnnx([a, ...(b === undefined ? [] : [b])], options, { terminal, signal })
      if (json !== undefined) await writeAtomically(json, found.json)
      if (markdown !== undefined) await writeAtomically(markdown, found.markdown)
      if (html !== undefined) await writeAtomically(html, found.html)
      return found.exitCode
    }
    if (b === undefined) throw new InputError(`\`explain ${a}\` needs a second profile to compare it with`)
    if (options.one('fix') !== undefined) {
      throw new InputError('`--fix` changes ONNX models: there is none to write beside profiles of trtexec')
    }
    const engines = await trtexecEngines(a, b, { layers: options.one('layers'), times: options.one('times') })
    const explanation = explainEngines(...engines)
    terminal.print(formatExplanation(explanation, { color: terminal.color }))
    if (json !== undefined) await writeAtomically(json, explanationJson(explanation))
    if (markdown !== undefined) await writeAtomically(markdown, formatExplanationMarkdown(explanation))
    if (html !== undefined) await writeAtomically(html, formatExplanationHtml(explanation))
    return 0
  },
})
