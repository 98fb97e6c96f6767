import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { projectPath } from '../../contract/file/project-path.ts'
import { InputError } from '../../errors.ts'
import { shellWord } from '../../shell-word.ts'
import { visibleText } from '../../visible-text.ts'
import type { Command } from '../command.ts'
import { contractText } from './contract-text.ts'
import { findData } from './find-data.ts'
import { findProject } from './find-project.ts'
import { openModel } from './open-model.ts'
import { configText, specText, workflowText } from './project-texts.ts'
import { nameLine, snippetText } from './snippet-text.ts'
import { writeNew } from './write-new.ts'

const folder = 'contracts'

export const init: Command = {
  name: 'init',
  description: 'Write a first contract for a model, with all that runs it in Vitest and in CI',
  takes: 'a float model and its Q/DQ form',
  args: {
    model: {
      type: 'positional',
      required: false,
      description: 'The float ONNX model (default: a small example, which is written)',
    },
    explicit: {
      type: 'positional',
      required: false,
      description: 'The same with Q/DQ pairs, if you have it (default: quantract places them)',
    },
    calibration: {
      type: 'string',
      valueHint: 'file.npz',
      description: 'Samples of real input (default: an .npz file that fits, or random numbers)',
    },
    evaluation: {
      type: 'string',
      valueHint: 'file.npz',
      description: 'Samples with labels (default: an .npz file that fits, or none)',
    },
  },
  examples: [
    'quantract init model.onnx',
    'quantract init model.onnx model.qdq.onnx --calibration calibration.npz --evaluation evaluation.npz',
    'quantract init',
  ],
  exitCodes: {
    0: 'the files are there; none that was there before has changed',
    3: 'they could not be written: bad input, a missing file',
  },
  async run(options, { terminal }) {
    const [given, explicit] = options.positionals
    const project = await findProject(process.cwd())
    const example = join(folder, 'example.onnx')
    const isNewExample = given === undefined && !existsSync(example)
    const model = await openModel(given, explicit, example)
    // A contract reads what is in its project alone.
    for (const path of [model.path, explicit]) if (path !== undefined) projectPath(folder, resolve(path))
    const data = await findData(model, folder, {
      calibration: options.one('calibration'),
      evaluation: options.one('evaluation'),
    })
    const name = basename(model.path).replace(/\.onnx$/i, '')
    const contract = join(folder, `${name}.contract.json`)
    const fromContract = (path: string) => {
      const found = relative(dirname(contract), path).replaceAll('\\', '/')
      return found.startsWith('.') ? found : `./${found}`
    }
    if (existsSync(contract)) {
      const text = await readFile(contract, 'utf8').catch(() => '')
      if (!text.includes(fromContract(model.path))) {
        throw new InputError(
          `${contract} is there already, and is not about ${model.path}: rename the model, or write its contract beside that one`,
        )
      }
    }
    const snippet = await snippetFile(name)
    const files: (readonly [path: string, text: string])[] = [
      [contract, contractText({ name, model, data, fromContract, snippet })],
      [join(folder, `${name}.perf.test.ts`), specText(name, { model, data, fromContract })],
      [join(folder, snippet), snippetText(name, snippet, model)],
      [relative('', join(project.root, '.github/workflows/quantract.yml')), workflowText(project)],
    ]
    // Where packages are CommonJS by default, Vite wants to be told that this file is not.
    const config = project.isModule ? 'vitest.config.ts' : 'vitest.config.mts'
    if (project.config === undefined) files.unshift([config, configText])

    const kept = await writeNew(files, isNewExample ? [example] : [])
    const text = kept.includes(contract) ? await readFile(contract, 'utf8') : undefined
    for (const [role, file] of [
      ['calibrates', data.calibration],
      ['evaluates', data.evaluation],
    ] as const) {
      if (file === undefined) continue
      const named = text === undefined || text.includes(fromContract(file))
      const not = ` as soon as ${contract} and its spec name it in their data: what was there already is left as it is`
      terminal.print(visibleText(`found ${file}, which ${role}${named ? '' : not}`))
    }
    const written = files.map(([path]) => path).filter(path => !kept.includes(path))
    if (isNewExample) {
      terminal.print(
        visibleText(
          `wrote ${example}, a network made up for a start: \`quantract init model.onnx\` takes yours`,
        ),
      )
    }
    for (const path of written) terminal.print(visibleText(`wrote ${path}`))
    for (const path of kept) terminal.print(visibleText(`kept ${path}, which was there already`))
    for (const line of nextSteps({ contract, data, project, snippet: `${folder}/${snippet}` }))
      terminal.print(visibleText(line))
    return 0
  },
}

/** One script for each model: that of the first keeps the short name. */
async function snippetFile(name: string): Promise<string> {
  const usual = 'save_data.py'
  const text = await readFile(join(folder, usual), 'utf8').catch(() => undefined)
  const isOfAnother = text !== undefined && !text.includes(`${nameLine(name)}\n`)
  return isOfAnother ? `save_data_${name}.py` : usual
}

/** Of files that do not fit, so many are told. */
const told = 3

function nextSteps({
  contract,
  data,
  project,
  snippet,
}: {
  readonly contract: string
  readonly snippet: string
  readonly data: Awaited<ReturnType<typeof findData>>
  readonly project: Awaited<ReturnType<typeof findProject>>
}): string[] {
  const { config, hasPlugin, missing, add, run, warning } = project
  return [
    '',
    ...(warning === undefined ? [] : [`note: ${warning}`]),
    ...(data.calibration === undefined
      ? [
          `note: no data were found, so ${contract} calibrates on random numbers: its speeds mean something, its accuracy nothing. ${snippet} saves real samples.`,
        ]
      : []),
    // Where all was found, files of other models are no news.
    ...(data.calibration === undefined || data.evaluation === undefined
      ? data.leftOut.slice(0, told).map(why => `note: not used: ${why}`)
      : []),
    'next:',
    ...(missing.length > 0 ? [`  ${add} ${missing.join(' ')}`] : []),
    ...(config === undefined || hasPlugin
      ? []
      : [`  add the plugin to ${config}: import quantract from 'quantract/plugin', plugins: [quantract()]`]),
    `  ${run} quantract check ${shellWord(contract)}`,
    `  ${run} vitest run`,
  ]
}
