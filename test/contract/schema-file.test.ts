import { expect, test } from 'vitest'
import { contractSchema } from '../../src/contract/schema.ts'

test('the published schema is the one in the code; `npx vitest -u` writes it', async () => {
  const text = `${JSON.stringify(contractSchema, null, 2)}\n`
  await expect(text).toMatchFileSnapshot('../../contracts/contract.schema.json')
})
