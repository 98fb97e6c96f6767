import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { main } from '../cli/run-cli.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('no process of a run opens a socket', async ({ skip }) => {
  const { failed } = await execa('strace', ['-V'], { reject: false })
  if (failed) return skip('there is no strace: install it')
  const directory = await temporaryDirectory()
  const log = join(directory, 'calls.txt')
  const example = (name: string) => resolve('examples/pytorch-digits', name)
  const models = ['digits.onnx', 'digits.qdq.onnx'].map(example)
  const evaluation = example('data/evaluation.npz')
  const trace = ['-f', '-q', '-s', '500', '-e', 'trace=execve,socket,connect,bind,sendto', '-o', log]
  const command = [process.execPath, main, 'compare', ...models, '--evaluation', evaluation, '--budget', '1']
  const { exitCode } = await execa('strace', [...trace, ...command], {
    env: { QUANTRACT_CACHE: join(directory, 'cache') },
    cwd: directory,
    reject: false,
  })
  expect([0, 1, 2]).toContain(exitCode)
  const calls = (await readFile(log, 'utf8')).split('\n')
  // The hosts were followed.
  expect(calls.filter(call => /execve\(.*session-host/.test(call)).length).toBeGreaterThan(1)
  expect(calls.filter(call => /\b(socket|connect|bind|sendto)\(/.test(call))).toEqual([])
})
