import type { TensorInfo } from '../../engine/tensor-info.ts'
import { visibleText } from '../../visible-text.ts'
import { openAxes, sampleShape } from './open-axes.ts'
import type { ModelToPromise } from './open-model.ts'

/** By which the script of one model is known from that of another. */
export function nameLine(name: string): string {
  return `name = ${python(name)}`
}

/** A Python script that saves samples under the names of a model's own inputs. */
export function snippetText(name: string, file: string, { path, inputs }: ModelToPromise): string {
  const sizes = openAxes(inputs)
  const arrays = inputs.map(
    input => `    ${python(input.name)}: np.stack([sample[${python(input.name)}] for sample in samples]),`,
  )
  const described = inputs.map(
    input => `#   ${visibleText(input.name)}: ${numpyType(input)}, ${shapeOf(input)} without the batch axis`,
  )
  return `"""Saves samples for the contract of ${visibleText(path.replaceAll('\\', '/')).replaceAll(/["\\]/g, '')}: run it where your data are, once.

    pip install numpy
    python ${file}
"""
import pathlib
import random
import sys

import numpy as np

${nameLine(name)}

# A sample is what your own program feeds the model, after all preprocessing. All have one shape: pad what is shorter,
# as your program does.
${described.join('\n')}


def load_samples():
    """Yields (inputs by name, label) of one sample after the other. Replace this by your own loader."""
    sys.exit(${python(`${visibleText(file)}: write load_samples first, so that it yields your samples`)})
    yield {${inputs.map(input => `${python(input.name)}: np.zeros(${pythonShape(sampleShape(input, sizes))}, np.${numpyType(input)})`).join(', ')}}, 0


def save(file, pairs, with_labels):
    samples = [inputs for inputs, _ in pairs]
    arrays = {
${arrays.join('\n').replaceAll(/^ {4}/gm, '        ')}
    }
    if with_labels:
        arrays["labels"] = np.array([label for _, label in pairs])
    np.savez_compressed(file, **arrays)


pairs = list(load_samples())
random.Random(1).shuffle(pairs)
# 100 to 500 samples calibrate; others, with labels, evaluate.
count = min(256, len(pairs) // 2)
folder = pathlib.Path(__file__).parent
save(folder / f"{name}.calibration.npz", pairs[:count], with_labels=False)
save(folder / f"{name}.evaluation.npz", pairs[count:], with_labels=True)
print(f'''saved {count} and {len(pairs) - count} samples: name them in {name}.contract.json,
  "data": {{
    "calibration": {{ "npz": "{name}.calibration.npz" }},
    "evaluation": {{ "npz": "{name}.evaluation.npz" }}
  }}''')
`
}

const numpyTypes: Readonly<Record<string, string>> = { bool: 'bool_', bfloat16: 'float32' }

function numpyType({ type }: TensorInfo): string {
  return numpyTypes[type] ?? type
}

function shapeOf({ shape }: TensorInfo): string {
  return `[${shape
    .slice(1)
    .map(axis => (axis === '' ? '?' : axis))
    .join(', ')}]`
}

function pythonShape(sizes: readonly number[]): string {
  return `(${sizes.join(', ')}${sizes.length === 1 ? ',' : ''})`
}

function python(text: string): string {
  return JSON.stringify(text)
}
