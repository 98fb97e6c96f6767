import { type AnyTarget, backendOf } from '../backends/backends.ts'
import { formatTarget } from '../backends/format-target.ts'
import { feedsOf } from '../engine/feeds/feeds.ts'
import { InputError } from '../errors.ts'
import { compareSpeed, type SpeedRatio } from '../measure/compare-speed.ts'
import type { Contender } from '../measure/contender.ts'
import type { BuildOptions } from './build-spec.ts'
import { buildEnvironment } from './cache/build-key.ts'
import { cached } from './cache/cache.ts'
import { compareTwice, isSecondTaken, isTold } from './compare-twice.ts'
import type { Engine } from './engine.ts'
import { targetOfVariant } from './target-of-variant.ts'
import type { SourceModel } from './task.ts'
import { timeLimit } from './time-limit.ts'
import type { EngineChoice } from './variant.ts'

/** Of a usual build, if six seconds do not tell two engines apart. */
const longerSeconds = 24
const timedSamples = 16

/**
 * The targets that an implicit variant may run on.
 *
 * @throws InputError if there are none, or engines there cannot be compared
 */
export function targetsOf(variant: string, engines: readonly EngineChoice[], shared: AnyTarget): AnyTarget[] {
  if (engines.length === 0) throw new InputError(`variant \`${variant}\`: \`engines\` names none`)
  return engines.map(choice =>
    targetOfVariant(variant, typeof choice === 'string' ? { backend: choice } : choice, shared),
  )
}

/**
 * The fastest of some engines of one model that run on several targets: the best so far is compared with the next, in turns.
 *
 * @param engines - built alike, in the order of the variant
 * @param buildSeconds - that the variant may take
 */
export async function fastestEngine(
  engines: readonly Engine[],
  source: SourceModel,
  buildSeconds: number,
  { signal, onProgress }: BuildOptions,
): Promise<Engine> {
  let [best] = engines as readonly [Engine]
  const notes: string[] = []
  for (const next of engines.slice(1)) {
    onProgress?.(`${next.variant}: comparing ${placeOf(next)} with ${placeOf(best)}`)
    const found = await ratioOf(next, best, source, timeLimit(buildSeconds).part(longerSeconds), signal)
    const interval = [found.lower, found.upper].map(each => each.toFixed(2)).join(', ')
    const taken = isSecondTaken(found) ? next : best
    const doubt = isTold(found) ? '' : `: not told apart, ${placeOf(taken)} is taken`
    notes.push(
      `${placeOf(next)} has ${found.ratio.toFixed(2)}x [${interval}] the fps of ${placeOf(best)}, each with its best plan${doubt}`,
    )
    best = taken
  }
  return {
    ...best,
    target: best.context.target,
    buildSeconds: engines.reduce((sum, { buildSeconds }) => sum + buildSeconds, 0),
    notes: [...notes, ...best.notes],
  }
}

/** fps of one engine / fps of another, from the cache if the same two were compared here. */
async function ratioOf(
  engine: Engine,
  baseline: Engine,
  { inputs }: SourceModel,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<SpeedRatio> {
  const identity = ({ sha256, context: { target, accelerator } }: Engine) => [sha256, target, accelerator]
  const { calibration, evaluation, target, seed } = engine.context
  const data = calibration ?? evaluation
  if (!data) throw new InputError(`variant \`${engine.variant}\` needs calibration data`)
  const key = {
    kind: 'engines of two targets, looked at twice',
    seconds,
    environment: buildEnvironment(),
    engines: [engine, baseline].map(identity),
    data: [data.sha256, data.size],
    seed,
  }
  const feeds = feedsOf(data, inputs, target.batch, Math.ceil(timedSamples / target.batch))
  const { record } = await cached(key, () =>
    compareTwice(
      look =>
        compareSpeed(contender(engine, 'next'), contender(baseline, 'best'), {
          feeds,
          target,
          seed,
          signal,
          ...look,
        }),
      seconds,
    ),
  )
  return record
}

function contender({ model, context }: Engine, id: string): Contender {
  return { id, model, target: context.target }
}

/** E.g. `openvino`, or the whole target if several are of one backend. */
function placeOf({ context: { target } }: Engine): string {
  return 'precision' in target ? formatTarget(target) : backendOf(target).words.place(target)
}
