import { expect, test } from 'vitest'
import { hostEnd } from '../../src/engine/host-end.ts'

const atNode =
  '\n    at finalizeResolution (node:internal/modules/esm/resolve:275:11) {\n  code: 1\n}\n\nNode.js v20.20.2'

test.each([
  ['TypeError: x is no function', 'TypeError: x is no function'],
  [
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/a/host.js' imported from /a/main.js",
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/a/host.js' imported from /a/main.js",
  ],
])('what Node.js did not catch is told, not the end of its stack: %s', (thrown, told) => {
  const stderr = `node:internal/process/esm_loader:34\n${thrown}${atNode}`
  expect(hostEnd({ exitCode: 1, stderr }).message).toBe(`the host process ended with exit code 1: ${told}`)
})
