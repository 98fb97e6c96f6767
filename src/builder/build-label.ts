import type { BuildTask } from './task.ts'

/** `build 2 of 3: ` before what is said of a build; nothing if there is one. */
export function buildLabel({ build, context }: Pick<BuildTask, 'build' | 'context'>): string {
  const { builds = 1 } = context.target
  return builds === 1 ? '' : `build ${build} of ${builds}: `
}
