import { InputError } from '../../errors.ts'
import { maskSecrets } from '../mask-secrets.ts'

/** A launcher as messages name it. */
export function shownLauncher(launcher: readonly string[]): string {
  return `\`${maskSecrets(launcher).join(' ')}\` of the target`
}

/** What a command wrote last, for the end of a sentence; of an uncaught error not the stack. */
export function lastLines(stderr: string): string {
  const lines = stderr.trim().split(/\r?\n/)
  const error = lines.findLast(line => /^(Uncaught )?\w*Error\b.*:/.test(line))
  const last = (error ?? lines.slice(-2).join(' ')).slice(-400)
  return last === '' ? '' : `: ${last}`
}

export function noCommand(launcher: readonly string[]): InputError {
  return new InputError(
    `${shownLauncher(launcher)} cannot be started: there is no command \`${launcher[0]}\` here: install it, or give its path as the first word of \`launcher\``,
  )
}

/** A terminal makes two bytes of the end of a line, and repeats what it is told. */
export function givesTerminal(launcher: readonly string[]): InputError {
  return new InputError(
    `${shownLauncher(launcher)} gives its command a terminal, which changes the bytes of models: leave \`-t\` out of \`launcher\``,
  )
}

/** What is wrong with a launcher whose first command has not answered. */
export function cannotRun(launcher: readonly string[], how: string, stderr: string): InputError {
  const said = `${how}${lastLines(stderr)}`
  const shown = shownLauncher(launcher)
  if (isAboutDisk(stderr)) return noRoom(launcher, stderr)
  if (/\b(tty|terminal)\b/i.test(stderr)) {
    return new InputError(
      `${shown} wants a terminal, and none is there when a program runs it: ${said}; leave \`-t\`, and what asks for a password, out of \`launcher\``,
    )
  }
  if (how === 'exit code 0') {
    return new InputError(
      `${shown} has run no command: it ended with ${said}; it has to run the words behind it and to pass on stdin (\`docker exec -i\`, \`kubectl exec -i\`)`,
    )
  }
  return new InputError(
    `${shown} cannot run a command: ${said}; check that the machine is there, and that \`${maskSecrets(launcher).join(' ')} echo ok\` works in a terminal without a question, e.g. for a password`,
  )
}

/** Whether a command there failed because files cannot be written. */
export function isAboutDisk(stderr: string): boolean {
  return /no space left|read-only file|quota exceeded|mkdir:.*(denied|not permitted)/i.test(stderr)
}

export function noRoom(launcher: readonly string[], stderr: string): InputError {
  const line = stderr.split('\n').find(isAboutDisk)?.trim()
  return new InputError(
    `${shownLauncher(launcher)} leads to a machine where files cannot be kept in /tmp: ${line}; make room there, or make it writable`,
  )
}
