import { existsSync } from 'node:fs'
import { formatTarget } from '../backends/format-target.ts'
import { parseTarget } from '../backends/parse-target.ts'
import { loadContract } from '../contract/file/load-contract.ts'
import { modelContract, targetsHere } from '../contract/survey/model-contract.ts'
import { type PlannedCell, planSurvey, shardOf } from '../contract/survey/plan-survey.ts'
import { runSurvey } from '../contract/survey/run-survey.ts'
import { type AccuracyAsked, usualAccuracy } from '../contract/survey/survey-answer.ts'
import { mergeCells, readCells, type SurveyCell } from '../contract/survey/survey-cell.ts'
import type { Target } from '../engine/target.ts'
import { InputError } from '../errors.ts'
import { jsonText } from '../json-text.ts'
import { readText } from '../read-text.ts'
import { laidOut } from '../report/laid-out.ts'
import { formatSurvey } from '../report/survey/format-survey.ts'
import { surveyHtml } from '../report/survey/survey-html.ts'
import { surveyMarkdown } from '../report/survey/survey-markdown.ts'
import { writeAtomically } from '../write-atomically.ts'
import type { Command, CommandContext } from './command.ts'
import { exitCodes } from './exit-code.ts'
import { findContracts } from './find-contracts.ts'
import { type Options, seconds } from './options.ts'
import { checkWritable } from './outputs/check-writable.ts'
import { refuseOverwrite } from './outputs/refuse-overwrite.ts'

export const survey: Command = {
  name: 'survey',
  description: 'Run models or contracts on several engines and machines, for one table and one answer',
  args: {
    files: {
      type: 'positional',
      required: false,
      many: true,
      description:
        'Contracts, folders with them (default: the working directory), or ONNX models, which need no contract',
    },
    target: {
      type: 'string',
      valueHint: 'name=value,...',
      description:
        "What differs from the contracts' own target, repeatable: everything runs on every target (default for models: every engine that is here)",
    },
    calibration: {
      type: 'string',
      valueHint: 'file.npz',
      description: 'For models: samples to calibrate with, or `random`, for speed alone',
    },
    evaluation: {
      type: 'string',
      valueHint: 'file.npz',
      description: 'For models: labelled samples for accuracy',
    },
    explicit: {
      type: 'string',
      valueHint: 'file.qdq.onnx',
      description: 'For one model: a Q/DQ file of your own beside the forms that quantract makes, repeatable',
    },
    'build-seconds': {
      type: 'string',
      valueHint: 'seconds',
      description: 'For models: time that building one implicit form may take (default: 120)',
    },
    'max-drop': {
      type: 'string',
      valueHint: 'points',
      description: 'Accuracy that a form may lose to be an answer (default: 0.5%)',
    },
    shard: {
      type: 'string',
      valueHint: 'i/n',
      description: 'Run part i of n of the cells, for matrices of CI and for schedulers',
    },
    merge: {
      type: 'boolean',
      description: 'Run nothing: put together files that surveys wrote with `--json`',
    },
    json: {
      type: 'string',
      valueHint: 'file',
      description:
        'Write the evidence of every cell to this file as soon as it is there; a later run takes over what is still right',
    },
    again: {
      type: 'boolean',
      description: 'Measure every cell anew, also those that the file of `--json` has',
    },
    markdown: { type: 'string', valueHint: 'file', description: 'Write the table as Markdown' },
    html: {
      type: 'string',
      valueHint: 'file',
      description: 'Write one HTML file without scripts: the table with intervals as charts',
    },
  },
  examples: [
    'quantract survey model.onnx --calibration calibration.npz --evaluation evaluation.npz --html survey.html',
    'quantract survey contracts --target batch=1 --target batch=32',
    "quantract survey contracts --target backend=onnxruntime --target 'backend=tensorrt,batch=32,launcher=ssh jetson' --json survey.json",
    'quantract survey contracts --shard 2/4 --json part-2.json',
    'quantract survey --merge part-1.json part-2.json --html survey.html',
  ],
  exitCodes: {
    0: 'at least one cell was run, whatever the verdicts',
    3: 'none could be: bad input, a missing file or target',
  },
  async run(options, context) {
    const { terminal } = context
    const [json, markdown, html] = [options.one('json'), options.one('markdown'), options.one('html')]
    for (const [name, path] of Object.entries({ json, markdown, html })) {
      if (path !== undefined) await checkWritable(path, name)
    }
    const { positionals } = options
    await refuseOverwrite({ json, markdown, html }, positionals)
    const asked = askedOf(options)
    const cells = options.flag('merge')
      ? mergeCells(await Promise.all(positionals.map(readStored)))
      : await runCells(options, context)
    if (cells.length === 0) {
      throw new InputError(
        options.flag('merge')
          ? `\`--merge\` needs the files of surveys (\`--json\`): ${positionals.length === 0 ? 'name at least one' : 'those given hold no cell'}`
          : 'no cell is left for this part: take fewer parts with `--shard`',
      )
    }
    const page = (layOut: typeof formatSurvey) =>
      laidOut(
        some => layOut(some, asked),
        cells,
        cell => sources.get(cell),
      )
    terminal.print(page(formatSurvey))
    if (json !== undefined) await writeAtomically(json, jsonText(cells))
    if (markdown !== undefined) await writeAtomically(markdown, page(surveyMarkdown))
    if (html !== undefined) await writeAtomically(html, page(surveyHtml))
    return cells.some(cell => 'evidence' in cell) ? 0 : exitCodes.notEvaluated
  },
}

async function runCells(options: Options, { terminal, signal }: CommandContext): Promise<SurveyCell[]> {
  const all = await planned(options)
  const shard = shardText(options)
  const mine = shard ? shardOf(all, ...shard) : all
  const json = options.one('json')
  const known = json !== undefined && existsSync(json) && !options.flag('again') ? await readStored(json) : []
  return runSurvey(mine, {
    signal,
    known,
    onProgress: line => terminal.progress(line),
    async onCell({ title, target }, soFar, isKnown) {
      // What is there survives whatever happens to the rest.
      if (json !== undefined && !isKnown) await writeAtomically(json, jsonText(soFar))
      terminal.progress(
        `${isKnown ? `taken from ${json}` : 'done'}: ${title}, ${formatTarget(target)} (${soFar.length} of ${mine.length})`,
      )
    },
  })
}

async function planned(options: Options): Promise<PlannedCell[]> {
  const given = options.all('target').map(parseTarget)
  const models = options.positionals.filter(path => path.endsWith('.onnx'))
  const others = options.positionals.filter(path => !path.endsWith('.onnx'))
  const cells: PlannedCell[] = []
  if (models.length > 0) cells.push(...(await plannedModels(models, given, options)))
  if (others.length > 0 || models.length === 0) {
    const files = await findContracts(others)
    const contracts = await Promise.all(files.map(path => loadContract(path)))
    cells.push(...(await planSurvey(contracts, given.length > 0 ? given : [{}])))
  }
  return cells
}

async function plannedModels(
  models: readonly string[],
  given: readonly Partial<Target>[],
  options: Options,
): Promise<PlannedCell[]> {
  const [calibration, evaluation] = [options.one('calibration'), options.one('evaluation')]
  const explicit = options.all('explicit')
  if (calibration === undefined) {
    throw new InputError(
      'a model without a contract needs `--calibration file.npz`, or `--calibration random` for speed alone',
    )
  }
  if (explicit.length > 0 && models.length > 1) {
    throw new InputError('`--explicit` goes with one model: survey the others apart, or write contracts')
  }
  const buildSeconds = seconds(options, 'build-seconds')
  const targets = given.length > 0 ? given : await targetsHere()
  const settings = {
    calibration,
    explicit,
    ...(evaluation !== undefined && { evaluation }),
    ...(buildSeconds !== undefined && { buildSeconds }),
  }
  const cells = models.flatMap(model =>
    targets.map(target => planSurvey([modelContract(model, target, settings)], [{}])),
  )
  return (await Promise.all(cells)).flat()
}

/** The files that cells were read from. */
const sources = new WeakMap<SurveyCell, string>()

async function readStored(file: string): Promise<SurveyCell[]> {
  const cells = readCells(await readText(file), file)
  for (const cell of cells) sources.set(cell, file)
  return cells
}

function askedOf(options: Options): AccuracyAsked {
  const text = options.one('max-drop')
  if (text === undefined) return usualAccuracy
  const points = /^(\d+(?:\.\d+)?)%?$/.exec(text)?.[1]
  if (points === undefined || Number(points) >= 100) {
    throw new InputError(`\`--max-drop ${text}\`: write percentage points, e.g. 0.5%`)
  }
  return { ...usualAccuracy, maxDrop: Number(points) / 100 }
}

function shardText(options: Options): readonly [number, number] | undefined {
  const text = options.one('shard')
  if (text === undefined) return undefined
  const [, i, n] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? []
  if (i === undefined || n === undefined || i < 1 || i > n) {
    throw new InputError(
      `\`--shard ${text}\`: write part/parts, e.g. 2/4: parts are numbered from 1 to the number of parts`,
    )
  }
  return [i, n]
}
