import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { InputError } from '../../../errors.ts'
import { dataFiles } from '../../../onnx/external-data/data-files.ts'
import { calibrationCacheText } from '../calibration-cache.ts'
import type { BuildRequest, BuiltPlan, TensorrtHost } from '../host.ts'
import { limitsOf } from '../machine/limits.ts'
import type { Machine } from '../machine/machine.ts'
import { readPlanDescription } from '../plan/plan-file.ts'
import { profiledInferences, readProfile, type TrtexecProfile } from '../plan/read-profile.ts'
import type { TensorrtTarget } from '../target.ts'
import { buildOptions, precisionOptions } from './build-options.ts'
import { openTrtexec } from './open-trtexec.ts'
import { warmUp } from './time-options.ts'
import { findTrtexec, runTrtexec } from './trtexec.ts'

/** trtexec: a process for every build, every segment and every profile. */
export const trtexec: TensorrtHost = {
  name: 'trtexec',
  runtime: async (machine, target) =>
    `TensorRT ${(await findTrtexec(machine, target)).version.text} (trtexec)`,
  build,
  open: openTrtexec,
  profile,
}

async function build(
  machine: Machine,
  target: TensorrtTarget,
  { source, signature, timingCache, keepCalibration, signal, onProgress }: BuildRequest,
): Promise<BuiltPlan> {
  const trtexec = await findTrtexec(machine, target)
  const { version } = trtexec
  // What cannot be built is said before minutes of building.
  precisionOptions(source, trtexec, target)
  const calibration =
    source.scales && (await keepCalibration(calibrationCacheText(source.scales, version.number)))
  const words = [
    ...buildOptions(trtexec, {
      model: await machine.send(source.model, await dataFiles(source.model)),
      plan: machine.path('engine.plan'),
      layers: machine.path('layers.json'),
      timingCache: timingCache ?? machine.path('timing.cache'),
      shapes: signature.shapes,
      device: target.device,
    }),
    ...precisionOptions(source, trtexec, target, calibration && (await machine.send(calibration))),
  ]
  onProgress?.(`trtexec of TensorRT ${version.text} builds ${basename(source.model)}: a minute or more`)
  const log = await runTrtexec(machine, trtexec, words, {
    signal,
    seconds: limitsOf(target).build,
    doing: `${source.model}: building`,
  })
  const layers = async () =>
    readFile(await machine.fetch('layers.json'), 'utf8').catch(() => {
      throw new InputError(`${source.model}: trtexec said PASSED, but wrote no layer information`)
    })
  const note = `built by trtexec of TensorRT ${version.text} with ${precisionText(words)}`
  return { version, layers, log: log.text, note }
}

function precisionText(words: readonly string[]): string {
  const given = words
    .filter(word => /^--(int8|fp16|calib|stronglyTyped)/.test(word))
    .map(word => word.split('=')[0])
  return given.length > 0 ? given.join(' ') : 'the types of the model'
}

/** A run for each plan. Up to TensorRT 10 a run that profiles must not be timed, too. */
async function profile(
  machine: Machine,
  plans: readonly string[],
  target: TensorrtTarget,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<TrtexecProfile[]> {
  const trtexec = await findTrtexec(machine, target)
  const profiles: TrtexecProfile[] = []
  for (const plan of plans) {
    const { shapes } = await readPlanDescription(plan)
    const name = `${randomUUID()}.json`
    const words = [
      `--loadEngine=${await machine.send(plan)}`,
      ...(shapes === undefined ? [] : [`--shapes=${shapes}`]),
      `--warmUp=${warmUp}`,
      `--iterations=${profiledInferences}`,
      '--duration=0',
      ...(trtexec.has('--separateProfileRun') ? ['--separateProfileRun'] : []),
      '--dumpProfile',
      `--exportProfile=${machine.path(name)}`,
      `--device=${target.device}`,
    ]
    await runTrtexec(machine, trtexec, words, {
      signal,
      seconds: limitsOf(target).run,
      doing: `${plan}: profiling`,
    })
    const text = await readFile(await machine.fetch(name), 'utf8').catch(() => {
      throw new InputError(`${plan}: trtexec said PASSED, but wrote no profile`)
    })
    profiles.push(readProfile(text, `profile of ${plan}`))
  }
  return profiles
}
