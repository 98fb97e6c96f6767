import type { TensorInfo } from '../../engine/tensor-info.ts'
import { visibleText } from '../../visible-text.ts'
import type { FoundData } from './find-data.ts'
import { openAxes } from './open-axes.ts'
import type { ModelToPromise } from './open-model.ts'

/** What the texts of a project are made from. */
export interface Subject {
  readonly model: ModelToPromise
  readonly data: FoundData
  /** A path as it is written in the folder of the contract. */
  readonly fromContract: (path: string) => string
}

/** A contract with comments: what it promises, and what more could be said. */
export function contractText({
  name,
  model,
  data,
  fromContract,
  snippet,
}: Subject & {
  readonly name: string
  /** File name of the script that saves samples. */
  readonly snippet: string
}): string {
  const { calibration, evaluation, isLabelled } = data
  const quoted = JSON.stringify
  const explicit =
    model.explicit === undefined
      ? '{ "quantization": "explicit", "placement": "onnxruntime" }'
      : `{ "quantization": "explicit", "model": ${quoted(fromContract(model.explicit))} }`
  const source =
    calibration === undefined ? randomSource(model.inputs) : `{ "npz": ${quoted(fromContract(calibration))} }`
  const lines = [
    '{',
    '  "$schema": "../node_modules/quantract/contracts/contract.schema.json",',
    '  // What is promised of this model, and checked: by `quantract check`, and as a test file by Vitest.',
    `  "title": ${quoted(name)},`,
    `  "model": ${quoted(fromContract(model.path))},`,
    '  "data": {',
    ...(calibration === undefined
      ? [
          `    // Random numbers: speeds mean something, accuracy does not. ${snippet} saves real samples.`,
          ...guesses(model.inputs),
        ]
      : ['    // Real input: the ranges of INT8 come from it.']),
    `    "calibration": ${source}${evaluation === undefined ? '' : ','}`,
    ...(evaluation === undefined
      ? []
      : [
          evaluation === calibration
            ? `    // The same samples: others would say more of the accuracy. ${snippet} saves both.`
            : '    // Samples that did not calibrate.',
          `    "evaluation": { "npz": ${quoted(fromContract(evaluation))} }`,
        ]),
    '  },',
    '  "variants": {',
    '    "fp32": { "quantization": "none" },',
    '    // Each layer in INT8 or float, whichever is faster on this machine.',
    '    "implicit": { "quantization": "implicit" },',
    '    // INT8 exactly where Q/DQ pairs are.',
    `    "explicit": ${explicit}`,
    '  },',
    '  "clauses": [',
    ...clauses(data, isLabelled),
    '  ]',
    '}',
  ]
  return `${lines.join('\n')}\n`
}

function clauses({ evaluation }: FoundData, isLabelled: boolean): string[] {
  const promised = [
    '{ "that": "implicit fps >= fp32 fps within 2%", "because": "quantizing must not make it slower" }',
    '"implicit fps >= explicit fps within 2%"',
    ...(isLabelled ? ['"implicit accuracy gap to fp32 < 1%"', '"explicit accuracy gap to fp32 < 1%"'] : []),
    ...(evaluation !== undefined && !isLabelled ? ['"explicit output SQNR to fp32 >= 15 dB"'] : []),
  ]
  const last = promised.length - 1
  return [
    ...promised.map((clause, i) => `    ${clause}${i === last ? '' : ','}`),
    '    // "implicit fps > 1.2x fp32 fps", "explicit fps >= fp32 fps", "implicit size <= 50% of fp32 size"',
    '    // "explicit p99 latency <= 10 ms", "explicit peak memory <= 200 MB"',
    ...(isLabelled
      ? []
      : ['    // With labelled samples as data.evaluation: "implicit accuracy gap to fp32 < 1%"']),
  ]
}

/** Random numbers as a source of samples, with a size for each axis that the model leaves open, in JSON or TypeScript. */
export function randomSource(
  inputs: readonly TensorInfo[],
  quoted = (text: string) => JSON.stringify(text),
): string {
  const words = [...openAxes(inputs)].map(([axis, size]) => `${quoted(axis)}: ${size}`)
  return `{ ${quoted('random')}: ${words.length === 0 ? 'true' : `{ ${words.join(', ')} }`} }`
}

function guesses(inputs: readonly TensorInfo[]): string[] {
  const axes = [...openAxes(inputs).keys()].map(axis => `\`${visibleText(axis)}\``)
  if (axes.length === 0) return []
  return [
    `    // The model leaves ${axes.join(', ')} open: a size is guessed here. Write what you run: speeds depend on it.`,
  ]
}
