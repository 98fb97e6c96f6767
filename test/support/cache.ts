import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * One empty build cache for the whole run: nothing comes from an earlier one, and test files share what is built. Files run
 * beside each other, so most of the time no machine is at its full pace: what runs at any pace counts.
 */
export default async function setUpCache(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'quantract-test-cache-'))
  process.env.QUANTRACT_CACHE = directory
  process.env.QUANTRACT_PACE = 'any'
  return () => rm(directory, { recursive: true, force: true })
}
