import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import { decidingSqnr } from '../../../src/builder/guard/output-errors.ts'
import { quantizeFile } from '../../../src/builder/quantize-file.ts'
import type { Variant } from '../../../src/builder/variant.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { newFolder, runCli } from '../../cli/run-cli.ts'
import { buildModel, conv, tensor } from '../../support/models/model-builder.ts'
import { outlierModel, writeOutlierData } from '../../support/models/outlier.ts'

let cwd: string
let model: string
let calibration: string
beforeAll(async () => {
  cwd = await newFolder()
  ;[model, calibration] = [join(cwd, 'outlier.onnx'), join(cwd, 'samples.npz')]
  await writeModel(outlierModel(), model)
  await writeOutlierData(calibration, 16)
})

async function build(variant: Variant, data = calibration) {
  const { built } = await buildEngines({
    model,
    calibration: data,
    variants: { built: variant },
    buildSeconds: 40,
  })
  return built
}

const byPlacement = { quantization: 'explicit', placement: 'onnxruntime', calibration: 'minmax' } as const

test('layers of a placement that destroy an output go back to float, and no others', async () => {
  const { outputErrors, notes, operators } = await build(byPlacement)
  expect(outputErrors).toMatchObject({ samples: 16, calibrating: 12, heldBack: true, bound: 15 })
  expect(outputErrors!.outputs.map(({ name }) => name)).toEqual(['y', 's'])
  for (const output of outputErrors!.outputs) {
    expect(decidingSqnr(output), output.name).toBeGreaterThan(15)
    expect(output.cosine!.worst).toBeGreaterThan(0.98)
  }
  expect(outputErrors!.returned!.toSorted()).toEqual(['head', 'wide'])
  expect(operators.Conv!.int8).toBe(3)
  expect(notes[0]).toMatch(
    /^output `y` had -?\d+\.\d dB to float in INT8, less than 15 dB: 2 nodes went back to float, `wide`, `head`; now \d+\.\d dB$/,
  )
})

test('with `none` nothing goes back, and the errors are told', async () => {
  const { outputErrors, operators, notes } = await build({ ...byPlacement, outputError: 'none' })
  expect(operators.Conv!.int8).toBe(5)
  // All samples calibrated: none was held back for a guard that is off.
  expect(outputErrors).toMatchObject({ heldBack: false })
  expect(outputErrors).not.toHaveProperty('bound')
  expect(decidingSqnr(outputErrors!.outputs[0]!)).toBeLessThan(15)
  // Without VNNI, channels overflow.
  expect(notes.filter(note => !note.includes('overflows on this CPU'))).toEqual([])
})

test('a bound that no INT8 holds leaves everything in float, and says so', async () => {
  const { outputErrors, operators } = await build({ ...byPlacement, outputError: '90 dB' })
  expect(operators.Conv!.int8).toBe(0)
  expect(outputErrors!.returned).toHaveLength(5)
})

test('the implicit builder does not choose a plan that destroys an output', async () => {
  const engine = await build({ quantization: 'implicit', calibration: 'minmax' })
  expect(engine.outputErrors!.bound).toBe(15)
  for (const output of engine.outputErrors!.outputs) expect(decidingSqnr(output)).toBeGreaterThan(15)
})

test("the user's own Q/DQ file is obeyed, told, and no candidate of implicit", async () => {
  const own = join(cwd, 'own.onnx')
  const file = { model, calibration, method: 'minmax', outputError: 'none', out: own } as const
  await quantizeFile({ ...file, variant: { to: 'explicit', placement: 'onnxruntime' } })
  const { explicit, implicit } = await buildEngines({
    model,
    calibration,
    buildSeconds: 40,
    variants: {
      explicit: { quantization: 'explicit', model: own },
      implicit: { quantization: 'implicit' },
    },
  })
  expect(explicit.operators.Conv!.int8).toBe(5)
  expect(decidingSqnr(explicit.outputErrors!.outputs[0]!)).toBeLessThan(15)
  expect(explicit.notes).toContainEqual(expect.stringMatching(/^output `y` has .* less than 15 dB/))
  expect(implicit.notes).toContainEqual(expect.stringContaining('`explicit` is no candidate: its output `y`'))
  expect(decidingSqnr(implicit.outputErrors!.outputs[0]!)).toBeGreaterThan(15)
})

test('few samples calibrate and check; random numbers check nothing', async () => {
  const few = join(cwd, 'few.npz')
  await writeOutlierData(few, 3)
  const { outputErrors } = await build(byPlacement, few)
  expect(outputErrors).toMatchObject({ samples: 3, heldBack: false, bound: 15 })
  expect(decidingSqnr(outputErrors!.outputs[0]!)).toBeGreaterThan(15)
  expect(await build(byPlacement, 'random')).not.toHaveProperty('outputErrors')
})

test('`quantize` prints the errors of the outputs, and takes another bound', async () => {
  const args = ['quantize', model, '--to', 'explicit', '--method', 'minmax', '--calibration', calibration]
  const { stdout } = await runCli([...args, '-o', 'out.onnx'], { cwd })
  expect(stdout).toContain(
    'outputs compared with float on 4 samples that did not calibrate, and 12 that did\n',
  )
  expect(stdout).toMatch(/^output y: \d+\.\d dB \(worst \d+\.\d\), cosine 0\.9\d+ \(worst 0\.9\d+\)$/m)
  expect(stdout).toMatch(/^note: output `y` had .* 2 nodes went back to float/m)
  const none = await runCli([...args, '--output-error', 'none', '-o', 'none.onnx'], { cwd })
  expect(none.stdout).toContain('outputs compared with float on 4 samples that calibrated, too')
  expect(none.stdout).not.toContain('went back')
  const wrong = await runCli([...args, '--output-error', '20', '-o', 'wrong.onnx'], { cwd })
  expect(wrong).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('write decibels, e.g. "20 dB"'),
  })
})

test('scores joined to boxes count by themselves', async () => {
  const [detector, samples] = [join(cwd, 'detector.onnx'), join(cwd, 'detector.npz')]
  const [boxes, scores] = [conv('boxes', 'r', 'b', [8, 4]), conv('scores', 'r', 'c', [8, 6])]
  const stem = conv('stem', 'x', 's', [8, 8])
  await writeModel(
    buildModel({
      inputs: { x: ['n', 8, 16, 16] },
      outputs: ['y'],
      nodes: [
        ...stem.nodes,
        makeNode('Relu', 'relu', ['s'], ['r']),
        ...boxes.nodes,
        makeNode('Mul', 'pixels', ['b', 'size'], ['p']),
        ...scores.nodes,
        makeNode('Sigmoid', 'sigmoid', ['c'], ['q']),
        makeNode('Concat', 'join', ['p', 'q'], ['y'], { axis: 1n }),
      ],
      initializers: [
        ...stem.initializers,
        ...boxes.initializers,
        ...scores.initializers,
        tensor('size', [1], Float32Array.of(640)),
      ],
    }),
    detector,
  )
  await writeOutlierData(samples, 16)
  const { built } = await buildEngines({
    model: detector,
    calibration: samples,
    variants: { built: { ...byPlacement, calibration: 'minmax' } },
  })
  const { outputs } = built.outputErrors!
  expect(outputs.map(({ name }) => name)).toEqual(['y', 'y[:, 0:4]', 'y[:, 4:10]'])
  for (const output of outputs) expect(decidingSqnr(output), output.name).toBeGreaterThan(15)
})
