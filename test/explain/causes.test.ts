import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { causes } from '../../src/explain/causes.ts'

/** An example that does not show the cause: the good twin of `testPlanted`, or layers in which nothing is found. */
const negative = /^testPlanted\(|\.toBeUndefined\(\)$/m

test.each(causes.map(({ name }) => name))('%s has a test of its own, with a negative example', async name => {
  const file = fileURLToPath(new URL(`causes/${name}.test.ts`, import.meta.url))
  const text = await readFile(file, 'utf8')
  expect(text).toContain(`'../../../src/explain/causes/${name}.ts'`)
  expect(text).toMatch(negative)
})
