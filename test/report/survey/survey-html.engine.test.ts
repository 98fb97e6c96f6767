import { expect, test } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { surveyHtml } from '../../../src/report/survey/survey-html.ts'
import { chromium, faultless, lookAt } from '../../support/look-at.ts'
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

test('all cells at a glance: models down, targets across, the fastest form of each with a link to its figures', () => {
  const [overview = ''] = /<table class="overview">.*?<\/table>/s.exec(page)!
  expect(overview.match(/<th scope="col">/g)).toHaveLength(1 + 4)
  expect(
    overview.match(/<code>implicit<\/code><\/a><br><span class="dim">200 fps, 2\.00× float/g),
  ).toHaveLength(6)
  expect(overview.match(/most fps of this model/g)).toHaveLength(2)
  expect(overview).toContain('<a href="#missing">missing</a>')
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
  expect(links.length).toBeGreaterThan(2 * 3)
  for (const id of links) expect(page).toContain(`id="${id}"`)
})

test('changes of order stand by their models, and are folded up where they are many', () => {
  const [here, there] = targets
  const names = ['a', 'b', 'c', 'd', 'e']
  const made = (fps: (i: number) => number, target = here!) =>
    madeCell('kws', target, Object.fromEntries(names.map((name, i) => [name, [fps(i), fps(i), fps(i)]])))
  const many = surveyHtml([made(i => 100 + i), made(i => 100 - i, there)])
  expect(many).toContain(
    '<details><summary>Where the order of two forms turns round: 10</summary><ul><li>kws<ul>',
  )
  expect(page).not.toContain('turns round: ')
})

const widths = [1440, 390]

test.skipIf(!chromium).for(['light', 'dark'] as const)(
  'on a screen and on a phone, %s: no violation of axe, nothing wider than the window',
  async scheme => {
    expect(await lookAt(page, widths, scheme)).toEqual(faultless(widths, scheme))
  },
)
