import type { SpeedRatio } from '../measure/compare-speed.ts'

/** A ratio of speeds with its interval: `3.74x [3.70, 3.77]`. */
export function speedRatio(speed: SpeedRatio): string {
  const [ratio, lower, upper] = [speed.ratio, speed.lower, speed.upper].map(value =>
    value === Infinity ? '∞' : value.toFixed(2),
  )
  return `${ratio}x [${lower}, ${upper}]`
}
