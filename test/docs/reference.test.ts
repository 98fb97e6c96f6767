import { expect, test } from 'vitest'
import { referencePage } from './reference-page.ts'
import { schemaSections } from './schema-sections.ts'

test('docs/reference.md is what the code says; `npx vitest run test/docs -u` writes it', async () => {
  await expect(referencePage()).toMatchFileSnapshot('../../docs/reference.md')
})

const count = { description: 'How many.', type: 'integer', minimum: 1, maximum: 9, examples: [2] }
const forA = { properties: { kind: { const: 'a' }, count } }

test.each([
  ['oneOf', { oneOf: [forA, { properties: { kind: { const: 'b' } } }] }],
  ['allOf', { allOf: [forA] }],
  ['an object below', { properties: { part: { oneOf: [forA] } } }],
])('words of one case of an object are listed under that case: %s', (_, schema) => {
  const sections = schemaSections('Thing', schema)
  const heading = sections.findIndex(section => section.endsWith(', `"kind": "a"`'))
  expect(sections[heading + 1]).toContain(
    '| `count` | integer (at least 1, at most 9) |  | How many. | `2` |',
  )
})
