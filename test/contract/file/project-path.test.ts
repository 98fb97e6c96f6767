import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { parseContract } from '../../../src/contract/file/load-contract.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** A repository with a package in it; a contract there that names a model. */
async function contract(markers: readonly string[]) {
  const directory = await temporaryDirectory()
  await mkdir(join(directory, 'repository/package/contracts'), { recursive: true })
  for (const marker of markers) await writeFile(join(directory, marker), '')
  const file = join(directory, 'repository/package/contracts/a.contract.json')
  const model = (path: string) =>
    parseContract(
      `{\n  "title": "t",\n  "model": ${JSON.stringify(path)},\n  "variants": { "a": { "quantization": "none" } },\n  "clauses": ["a size < 1 MB"]\n}`,
      file,
    ).spec.model
  return { directory, file, model }
}

test('a contract reads what is in its repository', async () => {
  const { directory, model } = await contract(['repository/.git', 'repository/package/package.json'])
  expect(model('../../models/m.onnx')).toBe(join(directory, 'repository/models/m.onnx'))
  expect(model('..m.onnx')).toBe(join(directory, 'repository/package/contracts/..m.onnx'))
})

test('a workspace without a repository, as in an image, is one project', async () => {
  const ofNpm = await contract(['repository/package/package.json'])
  const workspaces = JSON.stringify({ workspaces: ['package'] })
  await writeFile(join(ofNpm.directory, 'repository/package.json'), workspaces)
  const ofPnpm = await contract(['repository/package/package.json', 'repository/pnpm-workspace.yaml'])
  for (const { directory, model } of [ofNpm, ofPnpm]) {
    expect(model('../../models/m.onnx')).toBe(join(directory, 'repository/models/m.onnx'))
    expect(() => model('../../../m.onnx')).toThrow(`outside of the project ${join(directory, 'repository')}`)
  }
})

test('other files are refused by place, unless their folder is allowed', async () => {
  const { directory, file, model } = await contract(['repository/package/package.json'])
  const inside = join(directory, 'repository/package')
  expect(() => model('../../models/m.onnx')).toThrow(
    `${file}:3:12: model: \`../../models/m.onnx\` lies outside of the project ${inside}: copy it there, or allow its folder by QUANTRACT_ALLOW=${join(directory, 'repository/models')}`,
  )
  expect(() => model('/etc/passwd')).toThrow('`/etc/passwd` lies outside')
  vi.stubEnv('QUANTRACT_ALLOW', `/data:${directory}`)
  expect(model('../../models/m.onnx')).toBe(join(directory, 'repository/models/m.onnx'))
  expect(() => model('/etc/passwd')).toThrow('`/etc/passwd` lies outside')
})

test('where there is no project, a contract reads what it names', async () => {
  const { model } = await contract([])
  expect(model('/data/m.onnx')).toBe('/data/m.onnx')
})

test('a path longer than any file has is told by its length, not in full', async () => {
  const { file, model } = await contract(['repository/.git'])
  const path = `../../${'examples'.repeat(1000)}`
  expect(() => model(path)).toThrow(
    `${file}:3:12: model: a path of 8006 characters, which begins with \`${path.slice(0, 60)}\`: no file has one of more than 4096`,
  )
})
