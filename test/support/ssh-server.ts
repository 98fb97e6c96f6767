import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'

const sshd = '/usr/sbin/sshd'

/** What a real server of ssh would need here and is not there; false where nothing is missing. */
export async function missingSsh(): Promise<string | false> {
  const client = await execa('ssh', ['-V'], { reject: false })
  return (client.failed || !existsSync(sshd)) && 'there is no sshd: install openssh-server and openssh-client'
}

/**
 * Starts a server of ssh for the running user, on a free port of 127.0.0.1 and with keys of its own, until the test that
 * asked for it is over.
 *
 * @param directory - empty, for keys and configuration
 * @param multiplexed - whether all commands share one connection, as `ControlMaster` makes them
 * @returns the words that run a command through it
 */
export async function sshServer(directory: string, multiplexed = false): Promise<string[]> {
  const file = (name: string) => join(directory, name)
  for (const key of ['host', 'user']) {
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', key, '-f', file(key)])
  }
  await writeFile(file('authorized_keys'), await readFile(file('user.pub')))
  const port = await freePort()
  const { username, uid } = userInfo()
  // The one folder that sshd demands and that cannot be named otherwise.
  if (uid === 0) await mkdir('/run/sshd', { recursive: true })
  await writeFile(
    file('sshd_config'),
    [
      'ListenAddress 127.0.0.1',
      `Port ${port}`,
      `HostKey ${file('host')}`,
      `AuthorizedKeysFile ${file('authorized_keys')}`,
      'PidFile none',
      'UsePAM no',
      'PasswordAuthentication no',
      'StrictModes no',
      // A test makes eighty connections: without the slower exchange of keys, and without bash reading a user's .bashrc.
      'KexAlgorithms curve25519-sha256',
      'SetEnv SHLVL=2',
    ].join('\n'),
  )
  const server = execa(sshd, ['-D', '-e', '-f', file('sshd_config')], { reject: false })
  onTestFinished(async () => {
    server.kill()
    await server
  })
  const host = (await readFile(file('host.pub'), 'utf8')).trim()
  await writeFile(file('known_hosts'), `[127.0.0.1]:${port} ${host}\n`)
  const options = ['BatchMode=yes', 'LogLevel=ERROR', `UserKnownHostsFile=${file('known_hosts')}`]
  if (multiplexed) {
    options.push('ControlMaster=auto', `ControlPath=${file('control')}`, 'ControlPersist=60')
  }
  const words = [
    'ssh',
    '-F',
    'none',
    '-i',
    file('user'),
    '-p',
    String(port),
    ...options.flatMap(option => ['-o', option]),
    `${username}@127.0.0.1`,
  ]
  const [ssh, ...rest] = words
  if (multiplexed)
    onTestFinished(async () => void (await execa(ssh!, ['-O', 'exit', ...rest], { reject: false })))
  for (let attempt = 0; attempt < 50; attempt++) {
    const { failed } = await execa(ssh!, [...rest, 'true'], { reject: false })
    if (!failed) return words
    await setTimeout(100)
  }
  throw new Error(`sshd does not answer: ${(await execa(ssh!, [...rest, 'true'], { reject: false })).stderr}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
