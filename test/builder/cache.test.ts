import { appendFile, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cached } from '../../src/builder/cache/cache.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let made = 0
const get = () =>
  cached({ of: 'something' }, async directory => {
    await writeFile(join(directory, 'model.onnx'), 'weights')
    await writeFile(join(directory, 'model.onnx.data'), 'more weights')
    return { answer: 42, made: ++made }
  })
let entry: string

beforeEach(async () => {
  vi.stubEnv('QUANTRACT_CACHE', await temporaryDirectory())
  made = 0
  entry = (await get()).directory
})
afterEach(() => vi.unstubAllEnvs())

test('an entry is made once, and nothing else is left', async () => {
  expect(await get()).toEqual({ directory: entry, record: { answer: 42, made: 1 }, fromCache: true })
  expect(await readdir(dirname(entry))).toHaveLength(1)
})

test.each<[string, (file: (name: string) => string) => Promise<unknown>]>([
  ['a file that was replaced', file => writeFile(file('model.onnx'), 'another')],
  ['a file that grew', file => appendFile(file('model.onnx.data'), '!')],
  ['a file that is gone', file => rm(file('model.onnx.data'))],
  ['a file that nobody wrote', file => writeFile(file('more.onnx'), '')],
  ['a folder that nobody made', file => mkdir(file('more'))],
  ['a record cut short', file => truncate(file('record.json'), 10)],
  ['no record', file => rm(file('record.json'))],
  ['an empty record', file => truncate(file('record.json'))],
  ['a record of something else', file => writeFile(file('record.json'), '[null]')],
  [
    'a record that was edited',
    async file => {
      const text = await readFile(file('record.json'), 'utf8')
      await writeFile(file('record.json'), text.replace('42', '43'))
    },
  ],
])('%s: the entry is made anew, which is told', async (_, damage) => {
  await damage(name => join(entry, name))
  const again = { directory: entry, record: { answer: 42, made: 2 } }
  expect(await get()).toEqual({ ...again, fromCache: false, damaged: true })
  expect(await get()).toEqual({ ...again, fromCache: true })
  expect((await readdir(entry)).sort()).toEqual(['model.onnx', 'model.onnx.data', 'record.json'])
})

test('who is slower than somebody else takes their entry, the record with the files', async () => {
  const key = { of: 'something that chance decides' }
  const make = (name: string, meanwhile?: () => Promise<unknown>) =>
    cached(key, async directory => {
      await meanwhile?.()
      await writeFile(join(directory, 'model.onnx'), name)
      return name
    })
  const slower = await make('mine', () => make('theirs'))
  expect(slower.record).toBe('theirs')
  expect(await readFile(join(slower.directory, 'model.onnx'), 'utf8')).toBe('theirs')
})

test('an entry may be read by whom the user lets read files', async () => {
  const { mode } = await stat(entry)
  expect((mode & 0o777).toString(8)).toBe((0o777 & ~process.umask()).toString(8))
})

test('a record is read as it was, infinities included', async () => {
  const open = () =>
    cached({ of: 'open ends' }, async () => ({ lower: -Infinity, upper: [Infinity, 1e300, 0] }))
  const first = await open()
  expect(await open()).toEqual({ ...first, fromCache: true })
})
