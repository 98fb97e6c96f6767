/** Places that a run needs and that are not there: one sentence each, and nothing is left elsewhere. */
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { main, runCli } from '../cli/run-cli.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const quantize = [
  'quantize',
  resolve(digits.fp32),
  '--to',
  'explicit',
  '--calibration',
  resolve(digits.calibration),
  '-o',
  'out.onnx',
]

describe.skipIf(process.platform === 'win32')('a place that is not there', () => {
  test('the folder of temporary files', async () => {
    const cwd = await temporaryDirectory()
    const env = { TMPDIR: join(cwd, 'missing'), QUANTRACT_CACHE: join(cwd, 'cache') }
    const { exitCode, stderr } = await runCli(quantize, { cwd, env })
    expect(stderr).toBe(
      'missing is no folder, but temporary files go there: make it, or name another one (TMPDIR)',
    )
    expect(exitCode).toBe(3)
    expect(await readdir(cwd)).not.toContain('out.onnx')
  })

  test('the folder that it was started in', async () => {
    const cwd = await temporaryDirectory()
    const script = 'rmdir "$PWD" && exec "$@"'
    const { exitCode, stderr } = await execa(
      'sh',
      [
        '-c',
        script,
        'sh',
        process.execPath,
        main,
        'check',
        resolve('contracts/pytorch-digits.contract.json'),
      ],
      { cwd, reject: false },
    )
    expect(stderr).toBe('the folder that this was started in is no longer there: change to another one')
    expect(exitCode).toBe(3)
  })
})
