import { expect, test } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { surveyHtml } from '../../../src/report/survey/survey-html.ts'
import { chromium, lookAt } from '../../support/look-at.ts'
import { madeCell } from './cells.ts'

const targets = [
  resolveTarget({ backend: 'onnxruntime' }),
  resolveTarget({ backend: 'openvino' }),
  resolveTarget({ backend: 'onnxruntime', threads: 2 }),
]
const forms = {
  fp32: [100, 98, 102, 0.91],
  implicit: [200, 196, 204, 0.909],
  'explicit-onnxruntime': [210, 160, 260, 0.87],
} as const
const cells = ['resnet <20>', 'kws'].flatMap(title => targets.map(target => madeCell(title, target, forms)))
const page = surveyHtml([
  ...cells,
  { title: 'kws', target: resolveTarget({ backend: 'tensorrt' }), error: 'there is no `trtexec`' },
])

test('a page without scripts, links elsewhere or models taken for tags', () => {
  expect(page).not.toMatch(/<script|https?:|<20>/)
  expect(page).toContain('<p class="answer">One answer for all: <code>implicit</code> is the fastest form')
  expect(page).toContain('there is no <code>trtexec</code>')
  expect(page.match(/<svg class="speed"/g)).toHaveLength(2 * 3 * 3)
})

test.skipIf(!chromium).for([
  [1440, 'light'],
  [390, 'dark'],
] as const)('%i px, %s: no violation of axe, nothing wider than the window', async ([width, scheme]) => {
  expect(await lookAt(page, width, scheme)).toEqual({
    violations: [],
    overflows: false,
    scales: 0,
    isDark: scheme === 'dark',
  })
})
