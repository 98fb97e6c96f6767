import { expect, test } from 'vitest'
import { indexGraph } from '../../src/onnx/graph.ts'
import { inputInfos } from '../../src/onnx/input-infos.ts'
import { buildModel } from '../support/models/model-builder.ts'

test('a dimension of -1 is free, as ONNX Runtime has it', () => {
  const { graph } = buildModel({ inputs: { x: [-1, 3, 'height', 0] }, outputs: ['x'], nodes: [] })
  expect(inputInfos(indexGraph(graph!))).toEqual([
    { name: 'x', type: 'float32', shape: ['', 3, 'height', 0] },
  ])
})
