import type { EncodedTensor } from '../../../engine/feeds/encode-feed.ts'
import { isRecord } from '../../../is-record.ts'
import type { TrtexecProfile } from '../plan/read-profile.ts'

/** What host.py says of a build. */
export interface BuildAnswer {
  readonly log: readonly string[]
  /** Text of the layer information. */
  readonly layers: string
  readonly seconds: number
}

/** Whether a value is what a method of host.py gives, by method. */
export const answers = {
  build: (value: unknown): value is BuildAnswer =>
    isRecord(value) &&
    isListOf(value.log, isString) &&
    isString(value.layers) &&
    Number.isFinite(value.seconds),
  time: (value: unknown): value is number[] => isListOf(value, Number.isFinite),
  infer: (value: unknown): value is [Record<string, EncodedTensor>] =>
    isListOf(value, isRecord) && value.length === 1 && Object.values(value[0]!).every(isTensor),
  profile: (value: unknown): value is TrtexecProfile =>
    isRecord(value) && Number.isFinite(value.count) && isListOf(value.layers, isLayer),
} as const

function isTensor(value: unknown): boolean {
  return (
    isRecord(value) &&
    isString(value.type) &&
    isListOf(value.shape, Number.isSafeInteger) &&
    isString(value.data)
  )
}

function isLayer(value: unknown): boolean {
  const numbers = ['timeMs', 'averageMs', 'medianMs', 'percentage']
  return isRecord(value) && isString(value.name) && numbers.every(name => Number.isFinite(value[name]))
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.every(item => isItem(item))
}

function isString(value: unknown): boolean {
  return typeof value === 'string'
}
