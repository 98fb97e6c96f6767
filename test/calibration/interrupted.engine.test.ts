import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { collectHistograms } from '../../src/calibration/calibrate.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const digitsData = (limit: number) => loadDataset({ npz: digits.calibration, limit }, 'calibration')

test.for([2 ** 28, 500_000])(
  'an interrupted calibration goes on where it was, in passes of %i bytes',
  async memoryBudget => {
    const saveTo = join(await temporaryDirectory(), 'digits.counts')
    const abort = new AbortController()
    const run = {
      model: digits.fp32,
      data: await digitsData(24),
      initialRange: 'first-maximum',
      memoryBudget,
      saveTo,
      saveEvery: 0,
    } as const
    const interrupted = collectHistograms({
      ...run,
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done === 40 || (done === 20 && memoryBudget === 2 ** 28)) abort.abort(new Error('enough'))
      },
    })
    await expect(interrupted).rejects.toThrow('enough')
    const seen: number[] = []
    const resumed = await collectHistograms({ ...run, onProgress: ({ done }) => void seen.push(done) })
    expect(seen[0]).toBeGreaterThan(10)
    expect(resumed).toEqual(await collectHistograms({ ...run, saveTo: `${saveTo}.other` }))
    expect(await readdir(join(saveTo, '..'))).toEqual([])
  },
)

test('a damaged file of counts begins anew', async () => {
  const saveTo = join(await temporaryDirectory(), 'digits.counts')
  await writeFile(saveTo, 'cut off')
  const seen: number[] = []
  const onProgress = ({ done }: { done: number }) => void seen.push(done)
  await collectHistograms({ model: digits.fp32, data: await digitsData(2), saveTo, onProgress })
  expect(seen).toEqual([1, 2])
})

test.for([2 ** 28, 500_000])(
  'what takes too long counts the first samples alone, in passes of %i bytes',
  async memoryBudget => {
    let counted = Infinity
    const run = { model: digits.fp32, memoryBudget }
    const onShortened = (samples: number) => {
      counted = samples
    }
    const shortened = await collectHistograms({
      ...run,
      data: await digitsData(100),
      within: { seconds: 0, onShortened },
    })
    expect(counted).toBeGreaterThanOrEqual(4)
    expect(counted).toBeLessThan(100)
    expect(shortened).toEqual(await collectHistograms({ ...run, data: await digitsData(counted) }))
  },
)

test('fewer samples than it takes for a range all count, however long they take', async () => {
  const onShortened = vi.fn<() => void>()
  await collectHistograms({
    model: digits.fp32,
    data: await digitsData(4),
    within: { seconds: 0, onShortened },
  })
  expect(onShortened).not.toHaveBeenCalled()
})
