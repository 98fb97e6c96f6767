import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { causes } from '../../src/explain/causes.ts'

/** An example that does not show the cause: the good twin of `testPlanted`, or layers in which nothing is found. */
const negative = /^testPlanted\(|\.toBeUndefined\(\)$/m

const folder = fileURLToPath(new URL('causes', import.meta.url))
const files = await readdir(folder)

test.each(causes.map(({ name }) => name))('%s has a test of its own, with a negative example', async name => {
  const file = files.find(file => file.startsWith(`${name}.`))
  const text = await readFile(join(folder, file ?? name), 'utf8')
  expect(text).toContain(`'../../../src/explain/causes/${name}.ts'`)
  expect(text).toMatch(negative)
})
