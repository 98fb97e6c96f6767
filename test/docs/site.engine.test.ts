import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chromium, lookAt } from '../support/look-at.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { writeSite } from './site/write-site.ts'

test.skipIf(!chromium).for([
  ['docs/explain.html', 390, 'dark'],
  ['docs/index.html', 1440, 'light'],
] as const)(
  '%s, %i px, %s: no violation of axe, nothing wider than the window',
  async ([page, width, scheme]) => {
    const out = await temporaryDirectory()
    await writeSite(out)
    expect(await lookAt(await readFile(join(out, page), 'utf8'), width, scheme)).toEqual({
      violations: [],
      overflows: false,
      scales: 0,
      isDark: scheme === 'dark',
    })
  },
)
