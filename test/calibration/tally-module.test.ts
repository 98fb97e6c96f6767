import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import wabt from 'wabt'

test('tally-module.ts holds what tally.wat says: -u writes it anew', async () => {
  const assembler = await wabt()
  const source = await readFile('src/calibration/tally.wat', 'utf8')
  const { buffer } = assembler.parseWat('tally.wat', source, { simd: true }).toBinary({})
  const lines = Buffer.from(buffer)
    .toString('base64')
    .match(/.{1,100}/g)!
  const text = `/** tally.wat in binary, base64; \`npx vitest run test/calibration -u\` writes this file. */
export const tallyModule =
${lines.map(line => `  '${line}'`).join(' +\n')}
`
  await expect(text).toMatchFileSnapshot('../../src/calibration/tally-module.ts')
})
