/**
 * quantract on models that nobody here has seen: read or refused, seconds and memory of builds, what runs in INT8, how near
 * the answers are, how fast that is beside float and beside ONNX Runtime's own quantizer.
 *
 *     npm run bench:strangers -- --help
 *
 * Takes every model, contract and archive of samples of the folder and those below it. The data of a model are the `.npz`
 * beside it; otherwise they are made up, pictures from those of `--photos`, and the table says so. Rows by general rules (judge.ts): those that miss are
 * listed with the reason, and the exit code is 1. Rows of an earlier run are taken over if nothing has changed; `--again`
 * makes all anew. QUANTRACT_PYTHON: an interpreter with onnxruntime and onnx, for ONNX Runtime's quantizer.
 */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { environment } from '../../src/engine/environment.ts'
import { placements } from '../../src/quantize/placements.ts'
import { benchModel } from './bench-model.ts'
import { benchContract, benchData } from './bench-others.ts'
import { formatRows } from './format-rows.ts'
import type { Row } from './row.ts'
import { readPhotos } from './samples/photos.ts'
import { openState } from './state.ts'
import { findSubjects, type Subject } from './subjects.ts'
import { type Tools, withFolder } from './tools.ts'

const text = { type: 'string' } as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { ...text, multiple: true },
    write: text,
    note: text,
    photos: text,
    timeout: { ...text, default: '600' },
    seconds: { ...text, default: '6' },
    variants: { ...text, default: 'explicit,implicit' },
    placements: { ...text, default: Object.keys(placements).join() },
    commands: { ...text, default: 'compare,explain' },
    again: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const usage = `npm run bench:strangers -- FOLDER [--only TEXT] [--write docs/strangers.md] [--note TEXT] [--photos FOLDER]
    [--timeout 600] [--seconds 6] [--variants explicit,implicit] [--placements onnxruntime,...]
    [--commands compare,explain] [--again]`
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const [folder] = positionals
if (folder === undefined || !existsSync(folder)) {
  console.error(folder === undefined ? `name a folder with models: ${usage}` : `${folder} is not there`)
  process.exit(3)
}

const controller = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => (controller.signal.aborted ? process.exit(130) : controller.abort()))
}
const options = {
  timeout: Number(values.timeout),
  timingSeconds: Number(values.seconds),
  variants: values.variants.split(','),
  placements: values.placements.split(','),
  commands: values.commands.split(','),
}
const photos = values.photos === undefined ? [] : await readPhotos(values.photos)
const state = openState(folder, { ...options, photos: values.photos })
const wanted = ({ name }: Subject) => values.only?.some(part => name.includes(part)) ?? true
const subjects = findSubjects(folder).filter(wanted)
const rows: Row[] = []
const [loadBefore] = loadavg()
for (const subject of subjects) {
  const row =
    (values.again ? undefined : state.get(subject)) ?? (await bench(subject).catch(unlessInterrupted))
  if (!row || controller.signal.aborted) break
  await state.put(subject, row)
  rows.push(row)
  console.log(row.misses.length === 0 ? `ok    ${row.name}` : `miss  ${row.name}: ${oneLine(row.misses[0]!)}`)
}

const { cpu, instructionSets, onnxruntime } = environment()
const load = `${loadBefore!.toFixed(1)} to ${loadavg()[0]!.toFixed(1)}`
const page = `Written by \`npm run bench:strangers\` on ${cpu} (${instructionSets.join(', ')}), ONNX Runtime ${onnxruntime}, one thread; load of the machine ${load}.${values.note === undefined ? '' : ` ${values.note}`}

Sessions that time, count and judge are the runtime's own, with its defaults. *dB* is 20 log10(|y| / |y - y_int8|) of the worst sample of those that did not calibrate. |y|^2 counts as a tenth of its mean over samples where it is less: in such a quiet sample (silence, a picture without text) there is nothing to be right about, and only noise that would be heard in others is an error. *Quiet* says in how many samples an output was so quiet, and what the worst of them would be *by itself*. *Unsteady* are samples in which the float model itself has less than 15 dB when its inputs move by at most half a step of 8 bits: nothing in 8 bits can tell these inputs from the original. *Peak MB* is the resident memory of the command and all its processes together. Ratios come from one pinned loop in which all take turns. Python is ONNX Runtime's own static quantizer, U8S8 per channel by MinMax.

${formatRows(rows)}
`
console.log(`\n${page}`)
if (controller.signal.aborted) {
  console.error(`interrupted after ${rows.length} of ${subjects.length}: run it again to go on`)
  process.exitCode = 130
} else {
  if (values.write !== undefined) await writeInto(values.write)
  process.exitCode = rows.some(({ misses }) => misses.length > 0) ? 1 : 0
}

/** A page keeps what stands around the table. */
async function writeInto(path: string): Promise<void> {
  const before = existsSync(path)
    ? await readFile(path, 'utf8')
    : "# quantract on strangers' models\n\n<!-- bench:strangers -->\n<!-- end -->\n"
  const between = /(<!-- bench:strangers -->\n)[\s\S]*?(<!-- end -->)/
  if (!between.test(before)) throw new Error(`${path} has no lines <!-- bench:strangers --> and <!-- end -->`)
  await writeFile(
    path,
    before.replace(between, (_, start: string, end: string) => `${start}${page}${end}`),
  )
}

function bench(subject: Subject): Promise<Row> {
  return withFolder(async folder => {
    const onProgress = (line: string) => console.error(`${subject.name}: ${oneLine(line)}`)
    const tools: Tools = { ...options, photos, folder, abort: controller.signal, onProgress }
    if (subject.kind === 'contract') return benchContract(subject, tools)
    return subject.kind === 'data' ? benchData(subject, tools) : benchModel(subject, tools)
  })
}

/** What breaks because everything was stopped is no row. */
function unlessInterrupted(error: unknown): undefined {
  if (!controller.signal.aborted) throw error
}

function oneLine(line: string): string {
  return line.replace(/\p{Cc}+/gu, ' ').slice(0, 300)
}
