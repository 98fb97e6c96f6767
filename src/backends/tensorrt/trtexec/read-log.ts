import { type TensorrtVersion, versionOf } from '../version.ts'

/** What a run of trtexec said. */
export interface TrtexecLog {
  /** From the banner; undefined if the program did not get so far. */
  readonly version?: TensorrtVersion
  /** How trtexec says that it ended. A run without a GPU says nothing at all. */
  readonly result?: 'PASSED' | 'FAILED' | 'WAIVED'
  /** Texts of `[E]` and `[W]` lines, without time and severity. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  /** Everything, for what has no severity. */
  readonly text: string
}

const banner = /^&&&& (RUNNING|PASSED|FAILED|WAIVED) TensorRT\.trtexec \[TensorRT v(\d+)\]/gm
const line = /^\[[^\]]*\] \[([VIWE])\] (.*)$/gm

/** Reads the log of trtexec; warnings and errors are on stderr, the rest on stdout, so give both. */
export function readLog(text: string): TrtexecLog {
  const banners = [...text.matchAll(banner)]
  const version = banners[0]?.[2]
  const result = banners.map(([, word]) => word).findLast(word => word !== 'RUNNING')
  const lines = [...text.matchAll(line)]
  const ofSeverity = (wanted: string) =>
    lines.flatMap(([, severity, message]) => (severity === wanted ? [message!.trim()] : []))
  return {
    ...(version !== undefined && { version: versionOf(Number(version)) }),
    ...(result !== undefined && { result: result as NonNullable<TrtexecLog['result']> }),
    errors: ofSeverity('E'),
    warnings: ofSeverity('W'),
    text,
  }
}
