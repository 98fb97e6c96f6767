import { expect, test } from 'vitest'
import { maskSecrets } from '../../src/engine/mask-secrets.ts'

test.each([
  ['env API_TOKEN=x7 numactl', 'env API_TOKEN=*** numactl'],
  ['docker run --password x7 image', 'docker run --password *** image'],
  ['docker run --password=x7 image', 'docker run --password=*** image'],
  ['env AWS_SECRET_ACCESS_KEY=x7 run', 'env AWS_SECRET_ACCESS_KEY=*** run'],
  ['run ssh://me:x7@host/path', 'run ssh://me:***@host/path'],
  ['run --registry-auth-token x7', 'run --registry-auth-token ***'],
])('%s', (given, shown) => {
  expect(maskSecrets(given.split(' ')).join(' ')).toBe(shown)
  expect(shown).not.toContain('x7')
})

test.each(['numactl --membind=0', 'qemu-x86_64 -cpu Haswell', 'env LD_PRELOAD=/lib/x.so', 'ssh host:22 run'])(
  '%s has none',
  text => {
    expect(maskSecrets(text.split(' ')).join(' ')).toBe(text)
  },
)
