import { execa } from 'execa'
import { expect, test } from 'vitest'
import { contractSchema } from '../../src/contract/schema.ts'

test('the published schema is the one in the code; `npx vitest -u` writes it', async () => {
  const { stdout } = await execa('biome', ['format', '--stdin-file-path=contract.schema.json'], {
    input: JSON.stringify(contractSchema, null, 2),
    preferLocal: true,
    stripFinalNewline: false,
  })
  await expect(stdout).toMatchFileSnapshot('../../contracts/contract.schema.json')
})
