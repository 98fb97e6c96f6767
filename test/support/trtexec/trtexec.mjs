#!/usr/bin/env node
/**
 * Stands in for trtexec in tests: gives back what a real trtexec 10.6 wrote on a GPU (fixtures/tensorrt/recorded-10.6-h200
 * of QUANTRACT_SHARED or beside the checkout), byte for byte, and writes the files that it wrote. It builds and computes nothing.
 *
 *   STAND_IN_FAILURE=name    every build and run ends as errors/name.log did
 *   STAND_IN_VERSION=11.0    the recorded values in the form that this version is documented to use: synthetic
 *   STAND_IN_LOG=file        every command is appended to this file, one JSON array a line, but those that trtexec.sh answers
 *   STAND_IN_BUILDS=json     what becomes of the first, second, ... build of a variant that the log holds:
 *                            `{"implicit": [1, 1.32], "explicit": [1, "bad-onnx"]}`; a number stretches the recorded times
 *                            (synthetic), a name is one of a failure, of errors/ or of `synthetic` below
 *   STAND_IN_MODELS=json     what becomes of engines whose model holds a text: `[{"text": "x_QuantizeLinear", "times": 0.8,
 *                            "outputs": "wrong"}]` stretches the recorded times, and turns the recorded outputs round (synthetic)
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asVersion, withoutOptions } from './as-version.mjs'

/** Failures that were not recorded, in the words of TensorRT's sources and of threads of its users. */
const synthetic = new Map([
  [
    'out-of-memory',
    '[x] [E] Error[2]: [virtualMemoryBuffer.cpp::resizePhysical::145] Error Code 2: OutOfMemory (no further information)\n[x] [E] Engine could not be created from network',
  ],
  ['no-kernel', '[x] [E] Error[10]: Could not find any implementation for node /conv1/Conv + /Relu.'],
])

const shared = process.env.QUANTRACT_SHARED || fileURLToPath(new URL('../../../../shared', import.meta.url))
const recordings = join(shared, 'fixtures', 'tensorrt', 'recorded-10.6-h200')
const words = process.argv.slice(2)
const options = new Map(words.map(word => /^(--\w+)=?(.*)$/s.exec(word).slice(1)))
const version = process.env.STAND_IN_VERSION ?? '10.6'
const failure = process.env.STAND_IN_FAILURE

if (process.env.STAND_IN_LOG) appendFileSync(process.env.STAND_IN_LOG, `${JSON.stringify(words)}\n`)

if (options.has('--help')) end('run/help', asVersion.help(version, recorded('run/help.log')))
const unknown = words.find(word => withoutOptions(version).has(word.split('=')[0]))
if (unknown) {
  end(
    '',
    `&&&& RUNNING TensorRT.trtexec [TensorRT v100600] [b26] # trtexec\n[x] [E] Unknown option: ${unknown}\nexit 1`,
  )
}
if (failure) end(`errors/${failure}`)

if (options.has('--onnx')) build()
else if (options.has('--loadInputs')) infer()
else if (options.has('--exportProfile')) profile()
else time()

function build() {
  const model = readFileSync(options.get('--onnx'))
  const variant = model.includes('QuantizeLinear') ? 'inputs' : 'implicit'
  const batch = /(\d+)x/.exec(options.get('--shapes'))[1]
  const engine = `${variant}.b${batch}`
  if (options.has('--calib') && !existsSync(options.get('--calib'))) end('errors/calib-missing-file')
  const fate = fateOfBuild()
  if (typeof fate === 'string') {
    const said = synthetic.get(fate)
    end(
      `errors/${fate}`,
      said && `${said}\n&&&& FAILED TensorRT.trtexec [TensorRT v100600] # trtexec\nexit 1`,
    )
  }
  const timings = options.get('--timingCacheFile')
  if (existsSync(timings) && readFileSync(timings, 'utf8') !== 'timings') {
    end(
      '',
      '[x] [E] TimingCache creation failed\n&&&& FAILED TensorRT.trtexec [TensorRT v100600] # trtexec\nexit 1',
    )
  }
  const rules = JSON.parse(process.env.STAND_IN_MODELS ?? '[]').filter(({ text }) => model.includes(text))
  const factor = rules.reduce((product, { times = 1 }) => product * times, fate)
  const outputs = rules.some(rule => rule.outputs === 'wrong') ? 'wrong' : 'recorded'
  const times = stretched(asVersion.times(version, recorded(`run/${engine}.times.json`)), factor)
  writeFileSync(options.get('--saveEngine'), `${engine} ${outputs}\n${times}`)
  writeFileSync(timings, 'timings')
  writeFileSync(
    options.get('--exportLayerInfo'),
    asVersion.layers(version, recorded(`run/${engine}.layers.json`)),
  )
  end(`run/${engine}.build`)
}

function fateOfBuild() {
  const fates = JSON.parse(process.env.STAND_IN_BUILDS ?? '{}')[
    options.has('--calib') ? 'implicit' : 'explicit'
  ]
  if (!fates) return 1
  const isAlike = command =>
    command.some(word => word.startsWith('--onnx')) && has(command, '--calib') === options.has('--calib')
  const commands = readFileSync(process.env.STAND_IN_LOG, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  return fates[commands.filter(isAlike).length - 1]
}

function has(command, option) {
  return command.some(word => word.startsWith(`${option}=`))
}

function loaded() {
  const text = readFileSync(options.get('--loadEngine'), 'utf8')
  const end = text.indexOf('\n')
  const [engine, outputs] = text.slice(0, end).split(' ')
  return { engine, outputs, times: text.slice(end + 1) }
}

function stretched(text, factor) {
  if (factor === 1) return text
  const rows = JSON.parse(text).map(row => ({
    ...row,
    computeMs: row.computeMs * factor,
    latencyMs: row.latencyMs * factor,
  }))
  return JSON.stringify(rows)
}

function time() {
  const { engine, times } = loaded()
  if (process.env.STAND_IN_NO_TIMES !== '1') writeFileSync(options.get('--exportTimes'), times)
  end(`run/${engine}.time`)
}

function profile() {
  const { engine } = loaded()
  if (process.env.STAND_IN_NO_PROFILE !== '1') {
    writeFileSync(options.get('--exportProfile'), recorded(`run/${engine}.profile.json`))
  }
  end(`run/${engine}.profile`)
}

function infer() {
  const { engine, outputs } = loaded()
  const [output] = JSON.parse(recorded(`run/${engine}.output.json`))
  if (outputs === 'wrong') output.values.reverse()
  const { name, dimensions, values } = output
  if (options.has('--dumpRawBindingsToFile')) {
    const file = `${name}.output.${dimensions.replaceAll('x', '.')}.fp32.raw`
    writeFileSync(file, new Uint8Array(Float32Array.from(values).buffer))
  } else writeFileSync(options.get('--exportOutput'), JSON.stringify([output]))
  const log = recorded(`run/${engine}.out.log`)
  // A run to which no inputs were given says so.
  end(
    '',
    process.env.STAND_IN_RANDOM === '1'
      ? log.replace(/Using values loaded from \S+ for/, 'Using random values for')
      : log,
  )
}

function recorded(file) {
  return readFileSync(join(recordings, file), 'utf8')
}

/** Writes a recorded log as trtexec does, warnings and errors to stderr, and ends with its exit code. */
function end(name, text = recorded(`${name}.log`)) {
  const lines = asVersion.log(version, text).trimEnd().split('\n')
  const code = Number(/^exit (\d+)$/.exec(lines.at(-1))[1])
  const isError = line => /^\[[^\]]*\] \[[WE]\]/.test(line) || line.startsWith('Cuda failure')
  const body = lines.slice(0, -1).filter(line => !line.startsWith('$ '))
  for (const [file, wanted] of [
    [1, false],
    [2, true],
  ]) {
    writeFileSync(
      file,
      body
        .filter(line => isError(line) === wanted)
        .map(line => `${line}\n`)
        .join(''),
    )
  }
  process.exit(code)
}
