import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode } from '@jridgewell/sourcemap-codec'
import { expect, test } from 'vitest'
import { contractModule } from '../../src/vitest/contract-module.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('every test is mapped to where its clause stands, also if clauses share a line', async () => {
  const file = join(await temporaryDirectory(), 'inline.contract.json')
  const clauses = ['explicit size <= 1 MB', 'explicit size <= 1 B', 'explicit size <= 2 MB']
  const [first, second, third] = clauses.map(clause => JSON.stringify(clause))
  const text = `{ "title": "inline", "model": "model.onnx", "data": { "calibration": { "random": true } },
  "variants": { "explicit": { "quantization": "explicit", "placement": "onnxruntime" } },
  "clauses": [${first}, ${second},
    ${third}] }`
  await writeFile(file, text)
  const { code, map } = await contractModule(file, path => path)
  expect(map.sources).toEqual([file])
  const lines = text.split('\n')
  const found = decode(map.mappings).flatMap((segments, line) =>
    segments.map(([from, , originalLine, originalColumn]) => ({
      code: code.split('\n')[line]!.slice(from, from + 8),
      clause: lines[originalLine!]!.slice(originalColumn).match(/^"explicit .*?"/)?.[0],
    })),
  )
  expect(found).toEqual([
    { code: 'describe', clause: undefined },
    ...[first, second, third].map(clause => ({ code: 'test("ex', clause })),
  ])
})
