import { execa } from 'execa'
import { InputError } from '../../errors.ts'
import { shownLauncher } from './refuse-launcher.ts'

const answerSeconds = 30

/** Why a program of ours did not start with the Node.js behind a launcher, if it is Node.js that is missing or too old. */
export async function whyNoNode(
  launcher: readonly string[],
  node: string,
  code: number | null,
  stderr: string,
): Promise<InputError | undefined> {
  const shown = shownLauncher(launcher)
  const remedy = 'install Node.js 20.19 or later there, or name its path as `node` of the target'
  // Node.js says so of itself where an error ends it, e.g. that our folder is gone.
  const ran = /^Node\.js v\d/m.test(stderr)
  if (code === 127 || code === 126 || (!ran && /not found|no such file/i.test(stderr))) {
    return new InputError(`${shown} leads to a machine without \`${node}\`: ${remedy}`)
  }
  // An old one does not understand our program enough to say that it is old.
  const [program, ...words] = launcher
  const options = { reject: false, stdin: 'ignore', timeout: 1000 * answerSeconds } as const
  const { stdout } = await execa(program!, [...words, node, '--version'], options)
  const [, version, major] = /^v((\d+)\.\d+\.\d+)\s*$/m.exec(stdout) ?? []
  if (version !== undefined && Number(major) < 20) {
    return new InputError(
      `${shown} leads to a machine whose \`${node}\` is Node.js ${version}, which is too old: ${remedy}`,
    )
  }
  // What is called so and is something else, e.g. a wrapper, ends without a word of ours.
  return undefined
}
