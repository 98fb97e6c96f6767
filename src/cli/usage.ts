import { stripVTControlCharacters } from 'node:util'
import { type CommandDef, renderUsage } from 'citty'

const examples: Readonly<Record<string, readonly string[]>> = {
  quantract: ['quantract check', 'quantract compare model.onnx model.qdq.onnx', 'quantract doctor'],
  check: [
    'quantract check',
    'quantract check contracts/resnet8.contract.json --json evidence.json',
    'quantract check contracts --on-inconclusive warn',
    'quantract check contracts --resume',
  ],
  compare: [
    'quantract compare model.onnx model.qdq.onnx',
    'quantract compare model.onnx model.qdq.onnx --evaluation evaluation.npz --threads 2',
    "quantract compare old.onnx new.onnx --clause 'b p99 latency <= a p99 latency within 5%'",
  ],
  doctor: ['quantract doctor', 'quantract doctor model.onnx --seconds 30'],
  survey: [
    'quantract survey contracts --target batch=1 --target batch=32',
    'quantract survey contracts --target backend=onnxruntime --target backend=tensorrt,batch=32 --json survey.json',
  ],
  explain: [
    'quantract explain contracts/resnet8.contract.json',
    'quantract explain model.onnx model.qdq.onnx --calibration calibration.npz --fix model.fixed.onnx',
    'quantract explain implicit.profile.json explicit.profile.json',
    'quantract explain implicit.profile.json explicit.profile.json --markdown why.md --json why.json',
    'quantract explain a/profile.json b/profile.json --layers a/info.json,b/info.json --times a/t.json,b/t.json',
  ],
  quantize: [
    'quantract quantize model.onnx --to explicit --calibration calibration.npz -o model.int8.onnx',
    'quantract quantize model.onnx --to implicit --method entropy --calibration calibration.npz -o model.int8.onnx',
    'quantract quantize model.onnx --calibration calibration.npz --tensorrt-cache model.cache',
    'quantract quantize --placement-of model.qdq.onnx',
  ],
}

const verdictCodes = [
  '0  all clauses upheld',
  '1  a clause violated',
  '2  a clause inconclusive, unless --on-inconclusive warn',
  '3  something cannot be evaluated: bad input, a missing file',
]

const exitCodes: Readonly<Record<string, readonly string[]>> = {
  survey: [
    '0  at least one contract was run, whatever the verdicts',
    '3  none could be: bad input, a missing file or target',
  ],
  doctor: [
    '0  the machine was looked at, whatever was found',
    '3  it could not be: bad input, a missing file',
  ],
  explain: [
    '0  the engines were compared, whatever was found',
    '3  they could not be: bad input, a missing file',
  ],
  quantize: ['0  everything was written', '3  nothing was: bad input, a missing file'],
}

/** The help text of a command, or of the whole command line. */
export async function usage(command: CommandDef, color: boolean, parent?: CommandDef): Promise<string> {
  const text = await renderUsage(command, parent)
  const { name = '' } = command.meta as { name?: string }
  const shown = [
    text.trimEnd(),
    `EXAMPLES\n\n${indented(examples[name] ?? [])}`,
    `EXIT CODES\n\n${indented(exitCodes[name] ?? verdictCodes)}`,
  ].join('\n\n')
  return color ? shown : stripVTControlCharacters(shown)
}

function indented(lines: readonly string[]): string {
  return lines.map(line => `  ${line}`).join('\n')
}
