import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chromium, faultless, lookAt } from '../support/look-at.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { writeSite } from './site/write-site.ts'

const widths = [1440, 390]

test.skipIf(!chromium)(
  'on a screen and on a phone: no violation of axe, nothing wider than the window',
  async () => {
    const out = await temporaryDirectory()
    await writeSite(out)
    for (const [page, scheme] of [
      ['docs/explain.html', 'dark'],
      ['docs/index.html', 'light'],
    ] as const) {
      const seen = await lookAt(await readFile(join(out, page), 'utf8'), widths, scheme)
      expect(seen, page).toEqual(faultless(widths, scheme))
    }
  },
)
