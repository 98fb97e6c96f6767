import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { knownPace, rememberPace } from '../../../src/measure/pace/known-pace.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

let cache: string
beforeEach(async () => {
  cache = await temporaryDirectory()
  vi.stubEnv('QUANTRACT_CACHE', cache)
  return () => vi.unstubAllEnvs()
})

test('a pace is remembered for the CPUs that it was seen on', async () => {
  expect(await knownPace('1')).toBeUndefined()
  await rememberPace('1', 25, true)
  expect(await knownPace('1')).toEqual({ best: 25, missed: 0 })
  expect(await knownPace('0')).toBeUndefined()
  expect(await knownPace(undefined)).toBeUndefined()
})

test('a better pace takes its place; one that is hardly better does not', async () => {
  await rememberPace('1', 25, true)
  await rememberPace('1', 24.9, true)
  expect(await knownPace('1')).toEqual({ best: 25, missed: 0 })
  await rememberPace('1', 22, true)
  expect(await knownPace('1')).toEqual({ best: 22, missed: 0 })
})

test('a machine that does not reach its pace in three runs has another one', async () => {
  await rememberPace('1', 20, true)
  await rememberPace('1', 30, false)
  await rememberPace('1', 31, false)
  expect(await knownPace('1')).toEqual({ best: 20, missed: 2 })
  await rememberPace('1', 32, false)
  expect(await knownPace('1')).toEqual({ best: 32, missed: 0 })
})

test('a run that reaches it starts the count again', async () => {
  await rememberPace('1', 20, true)
  await rememberPace('1', 30, false)
  await rememberPace('1', 20.5, true)
  expect(await knownPace('1')).toEqual({ best: 20, missed: 0 })
})

test.each(['', '{', '{"x": 1}', 'null', '[]', '7'])('a damaged file is nothing known: %j', async text => {
  await writeFile(join(cache, 'pace.json'), text)
  expect(await knownPace('1')).toBeUndefined()
  await rememberPace('1', 25, true)
  expect(await knownPace('1')).toEqual({ best: 25, missed: 0 })
})

test.each(['-1', '"20"', 'null', '1e999'])('numbers that are no pace are nothing known: %s', async number => {
  await rememberPace('1', 25, true)
  const file = join(cache, 'pace.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace('25', number))
  expect(await knownPace('1')).toBeUndefined()
})
