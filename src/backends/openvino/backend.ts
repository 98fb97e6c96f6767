import type { Backend } from '../../engine/backend.ts'
import { addsExactly, environment } from '../../engine/environment.ts'
import { inspect } from './inspect.ts'
import { installedOpenvino, openvinoOf } from './installed.ts'
import { openEngines } from './open-engines.ts'
import { type OpenvinoTarget, openvinoWords } from './target.ts'

/** OpenVINO compiles ONNX files for the CPU when it loads them, all engines of a comparison in one process. */
export const openvino: Backend<OpenvinoTarget> = {
  words: openvinoWords,
  runsOnCpu: () => true,
  kernelsMayOverflow: ({ launcher }) => launcher !== undefined || !addsExactly(environment()),
  // Measured (docs/openvino.md): the first keeps convolutions and what joins them in integers from end to end, the second
  // quantizes products of two activations as well, as transformers have them, and without zero points (decision 57).
  placements: ['openvino', 'nncf'],
  inFloat32: target => (target.precision === 'f32' ? undefined : { ...target, precision: 'f32' }),
  accelerator: openvinoOf,
  installed: installedOpenvino,
  open: openEngines,
  inspect,
}
