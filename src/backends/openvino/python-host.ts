import type { Host, HostOptions } from '../../engine/host.ts'
import { hostEnd } from '../../engine/host-end.ts'
import { startJsonLines } from '../../engine/json-lines-host.ts'
import { launcher } from '../../engine/launcher.ts'
import { pinPrefix } from '../../engine/pin.ts'
import { InputError } from '../../errors.ts'
import { ownFile } from '../../own-package.ts'
import type { OpenvinoTarget } from './target.ts'

/** host.py, running: OpenVINO in a process of its own. */
export interface OpenvinoHost extends Host {
  /** Version of OpenVINO, e.g. `2026.4.1`. */
  readonly version: string
}

export const installOpenvino = 'pip install openvino'

/** The program lies in the sources, also of the package. */
export const program = ownFile('src/backends/openvino/host.py')

/** The Python that a target names, or the one that is called so. */
export function pythonOf({ python }: Pick<OpenvinoTarget, 'python'>): string {
  return python ?? process.env.QUANTRACT_PYTHON ?? 'python3'
}

/** Starts host.py and waits until OpenVINO is loaded. Throws InputError if it cannot be. */
export async function startOpenvinoHost(
  target: Pick<OpenvinoTarget, 'python'>,
  { pinTo, signal }: Pick<HostOptions, 'pinTo' | 'signal'> = {},
): Promise<OpenvinoHost> {
  const python = pythonOf(target)
  const pin = pinTo ? await pinPrefix(pinTo) : undefined
  const absent = (said: string) =>
    new InputError(
      `${python} has no OpenVINO: ${said}; install it there (\`${installOpenvino}\`), or name another \`python\` in the target or QUANTRACT_PYTHON`,
    )
  const host = await startJsonLines<readonly unknown[]>(
    [...(pin?.prefix ?? []), ...launcher(), python, '-u', program],
    {
      signal,
      isWatched: true,
      onError: message => new Error(message),
      onFailed: absent,
      onRubbish: line =>
        new InputError(
          `the host process of OpenVINO wrote \`${line}\`, which is no answer of host.py: look at what \`${python}\` starts`,
        ),
      onEnd: hostEnd,
      onEndWhileStarting: ended =>
        ended.signal === undefined
          ? absent(
              `it cannot be started (${ended.stderr.trim().split('\n').at(-1) || ended.originalMessage})`,
            )
          : hostEnd(ended),
    },
  )
  return {
    ...host,
    ...(pin && { cpus: pin.cpus }),
    call: (method, ...args) => host.call(method, args),
    version: /^[\d.]+\d/.exec(host.ready)?.[0] ?? host.ready,
  }
}
