import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeModel } from '../../src/onnx/write-model.ts'
import { runCli } from '../cli/run-cli.ts'
import { saturatingModel, writeSaturatingData } from '../support/models/saturating.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test.for([2, 4])(
  '%i runs that build the same at once: all come to the same, and nothing stays',
  async runs => {
    const [cwd, temporary] = [await temporaryDirectory(), await temporaryDirectory()]
    await writeModel(saturatingModel(), join(cwd, 'model.onnx'))
    await writeSaturatingData(join(cwd, 'data.npz'), 16)
    const env = { QUANTRACT_CACHE: join(cwd, 'cache'), TMPDIR: temporary }
    const quantize = async (out: string) => {
      const args = ['model.onnx', '--to', 'explicit', '--calibration', 'data.npz', '-o', out]
      const { exitCode, stdout, stderr } = await runCli(['quantize', ...args], { cwd, env })
      expect(exitCode, stdout + stderr).toBe(0)
      return (await readFile(join(cwd, out))).toString('base64')
    }
    const names = Array.from({ length: runs }, (_, run) => `${run}.onnx`)
    const models = await Promise.all(names.map(quantize))
    expect(new Set(models).size).toBe(1)
    const entries = await readdir(env.QUANTRACT_CACHE)
    expect(entries.filter(name => name.startsWith('quantract-'))).toEqual([])
    expect(await readdir(temporary)).toEqual([])

    expect(await quantize('again.onnx')).toBe(models[0])
    expect(await readdir(env.QUANTRACT_CACHE)).toEqual(entries)
  },
)
