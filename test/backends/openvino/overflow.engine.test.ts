import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import { parseClause } from '../../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../../src/contract/evaluate-clause.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { saturatingModel, writeSaturatingData } from '../../support/models/saturating.ts'
import { openvinoPython } from '../../support/openvino.ts'
import { withoutVnni } from '../../support/preload/without-vnni.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const python = openvinoPython()

test.skipIf(python === undefined)(
  'OpenVINO overflows without VNNI, too, unless weights are narrower',
  {
    timeout: 300_000,
  },
  async ({ skip }) => {
    const directory = await temporaryDirectory()
    const cpu = await withoutVnni(directory)
    if ('missing' in cpu) return skip(cpu.missing)
    if (cpu.launcher.startsWith('qemu'))
      return skip('CPUID cannot be trapped here, and emulated Python is too slow')
    const [model, data] = ['float.onnx', 'data.npz'].map(file => join(directory, file)) as [string, string]
    await writeModel(saturatingModel(), model)
    await writeSaturatingData(data, 64)
    const launcher = cpu.launcher === '' ? {} : { launcher: cpu.launcher.split(' ') }
    const engines = await buildEngines({
      model,
      calibration: data,
      evaluation: data,
      buildSeconds: 15,
      target: { backend: 'openvino', python: python!, ...launcher },
      variants: {
        fp32: { quantization: 'none' },
        explicit: {
          quantization: 'explicit',
          placement: 'openvino',
          calibration: 'minmax',
          outputError: 'none',
        },
      },
    })
    expect(engines.explicit.notes).toContainEqual(
      expect.stringMatching(
        /^layer `sums` overflows on this CPU in .+: the weights of 4 of its 4 output channels go up to (64|90)/,
      ),
    )
    expect(engines.explicit.notes).not.toContainEqual(expect.stringContaining('`contrast`'))
    const clause = parseClause('explicit accuracy gap to fp32 < 0.5%', { variants: Object.keys(engines) })
    expect(await evaluateClause(clause, engines)).toMatchObject({ verdict: 'upheld' })
  },
)
