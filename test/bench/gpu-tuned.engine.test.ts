import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { resnet20, writeResnet20Data } from '../support/models/resnet20.ts'
import { missing, shared } from '../support/shared.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { standIn } from '../support/trtexec/stand-in.ts'

test.skipIf(missing(resnet20.fp32, resnet20.recorded, resnet20.images))(
  'recorded values: a run that its time ended goes on from its folders, and measures nothing twice',
  async () => {
    const folder = await temporaryDirectory()
    await writeResnet20Data(join(folder, 'resnet20.npz'), 64)
    const run = (minutes: number) =>
      execa(
        process.execPath,
        [
          '--import',
          'tsx',
          'bench/gpu/tuned.ts',
          'resnet20:64',
          '--host=trtexec',
          '--only=migrated',
          '--budget=1',
          `--minutes=${minutes}`,
          `--cache=${join(folder, 'cache')}`,
          `--out=${join(folder, 'out')}`,
        ],
        {
          reject: false,
          env: {
            TRTEXEC: standIn,
            GPU_DATA: folder,
            QUANTRACT_SHARED: shared(),
            STAND_IN_LOG: join(folder, 'log'),
          },
        },
      )
    const built = async () =>
      (await readFile(join(folder, 'log'), 'utf8').catch(() => '')).split('--onnx=').length - 1

    const first = await run(0.001)
    expect([first.exitCode, first.stdout.trim()]).toEqual([
      2,
      '0.001 minutes are over: the same command goes on from here',
    ])
    const second = await run(10)
    expect(second).toMatchObject({ exitCode: 0 })
    expect(second.stdout).toMatch(/^resnet20, batch 64: implicit built in \d+ s, 6 layers in INT8/m)
    // The recorded outputs are of other samples than those that were held back.
    expect(second.stdout).toContain(
      'its ranges are by entropy: `"calibration": "mse"` or `"calibration": "percentile"`',
    )
    expect(second.stdout).toMatch(/^migrated: built in \d+ s/m)
    const builds = await built()
    const third = await run(10)
    expect(third.stdout).toMatch(/^migrated: its verdicts are in .*out\/tuned-resnet20-64\.json$/m)
    expect(await built()).toBe(builds)

    const at = (name: string) => readFile(join(folder, 'out', name), 'utf8')
    const { outcomes } = JSON.parse(await at('tuned-resnet20-64.json')) as { outcomes: { clause: string }[] }
    const clauses = outcomes.map(({ clause }) => clause)
    expect(clauses).toEqual([
      'migrated fps >= 96% of implicit fps',
      'migrated accuracy gap to implicit <= 0.5%',
    ])
    expect(await at('tuned-resnet20-64.txt')).toContain(
      second.stdout.split('\n').find(line => line.startsWith('migrated: '))!,
    )
    const contract = JSON.parse(await at('tuned-resnet20-64.contract.json')) as { clauses: string[] }
    expect(contract.clauses).toEqual(clauses)
  },
)
