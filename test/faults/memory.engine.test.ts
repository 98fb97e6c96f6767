/** Processes of engines that may not have the memory that they need: a limit of addresses, as of a batch system. */
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { runCli } from '../cli/run-cli.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const { failed } = await execa('prlimit', ['--version'], { reject: false })

describe.skipIf(failed)('an engine with too little memory is told as that', () => {
  test.each([
    ['to start', 600],
    ['to load its modules', 800],
    ['to load the runtime', 1000],
  ])('%s', async (_, megabytes) => {
    const cwd = await temporaryDirectory()
    const args = ['--to', 'explicit', '--calibration', resolve(digits.calibration), '-o', 'out.onnx']
    const { exitCode, stderr } = await runCli(['quantize', resolve(digits.fp32), ...args], {
      cwd,
      env: { QUANTRACT_CACHE: join(cwd, 'cache'), QUANTRACT_LAUNCHER: `prlimit --as=${megabytes}000000` },
    })
    expect(stderr).toMatch(/memory ran out \(.+\): smaller models, batches or sets of data/)
    expect(stderr).not.toMatch(/\bbug\b|\n/)
    expect(exitCode).toBe(3)
  })
})
