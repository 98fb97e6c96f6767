import { basename, dirname } from 'node:path'
import type { Host, HostOptions } from '../../engine/host.ts'
import { hostEnd } from '../../engine/host-end.ts'
import { type EndedProgram, startJsonLines } from '../../engine/json-lines-host.ts'
import { connectionLost } from '../../engine/launched/connection-lost.ts'
import { type LaunchedFolder, launchedFolder } from '../../engine/launched/launched-folder.ts'
import { launcher } from '../../engine/launcher.ts'
import { maskSecrets } from '../../engine/mask-secrets.ts'
import { pinPrefix } from '../../engine/pin.ts'
import { pythonOf } from '../../engine/python-of.ts'
import { InputError } from '../../errors.ts'
import { ownFile } from '../../own-package.ts'
import type { OpenvinoTarget } from './target.ts'

/** host.py, running: OpenVINO in a process of its own. */
export interface OpenvinoHost extends Host {
  /** Version of OpenVINO, e.g. `2026.4.1`. */
  readonly version: string
  /** Of the machine that it runs on, if that is another one. */
  readonly folder?: LaunchedFolder
}

export const installOpenvino = 'pip install openvino'

/** The program lies in the sources, also of the package. */
export const program = ownFile('src/backends/openvino/python/host.py')
/** All that travels to another machine. */
const files = [
  'host.py',
  ...['__init__', 'engines', 'graph', 'process', 'tensors', 'timing'].map(name => `openvino_host/${name}.py`),
]

/** Starts host.py and waits until OpenVINO is loaded. Throws InputError if it cannot be. */
export async function startOpenvinoHost(
  target: Pick<OpenvinoTarget, 'python' | 'launcher'>,
  { pinTo, signal }: Pick<HostOptions, 'pinTo' | 'signal'> = {},
): Promise<OpenvinoHost> {
  const python = pythonOf(target)
  const { launcher: words } = target
  const pin = pinTo && !words ? await pinPrefix(pinTo) : undefined
  const folder = words && (await launchedFolder(words))
  const command = folder
    ? [...folder.launcher, python, '-u', await sentProgram(folder), String(pinTo ?? 0)]
    : [...(pin?.prefix ?? []), ...launcher(), python, '-u', program]
  const where = words ? `${python} behind \`${maskSecrets(words).join(' ')}\`` : python
  const absent = (said: string) =>
    new InputError(
      `${where} has no OpenVINO: ${said}; install it there (\`${installOpenvino}\`), or name another \`python\` in the target${words ? '' : ' or QUANTRACT_PYTHON'}`,
    )
  const onEnd = (ended: EndedProgram) =>
    words
      ? (folder?.lost() ?? connectionLost(words, `exit code ${ended.exitCode ?? ended.signal}`, ended.stderr))
      : hostEnd(ended)
  const host = await startJsonLines<readonly unknown[]>(command, {
    signal,
    isWatched: !words,
    onError: message => new Error(message),
    onFailed: absent,
    onRubbish: line =>
      new InputError(
        `the host process of OpenVINO wrote \`${line}\`, which is no answer of host.py: look at what \`${python}\` starts`,
      ),
    onEnd,
    onEndWhileStarting: ended =>
      // ssh itself says 255 of a machine that it does not reach.
      ended.signal === undefined && !folder?.lost() && !(words && ended.exitCode === 255)
        ? absent(`it cannot be started (${ended.stderr.trim().split('\n').at(-1) || ended.originalMessage})`)
        : onEnd(ended),
  })
  const cpus = pin?.cpus ?? (folder && pinTo ? await host.call<string | null>('pinned', []) : undefined)
  return {
    ...host,
    ...(typeof cpus === 'string' && { cpus }),
    ...(folder && { folder }),
    isRunning: () => host.isRunning() && !folder?.lost(),
    call: (method, ...args) =>
      host.call<never>(method, args).catch(error => {
        throw folder?.lost() ?? error
      }),
    version: /^[\d.]+\d/.exec(host.ready)?.[0] ?? host.ready,
  }
}

async function sentProgram(folder: LaunchedFolder): Promise<string> {
  const there = await folder.sendOnce(dirname(program), files)
  return `${there}/${basename(program)}`
}
