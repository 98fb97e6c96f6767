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

test.each([
  'node[15103]: pthread_create: Resource temporarily unavailable',
  '#  Assertion failed: (0) == (uv_thread_create(t.get(), start_thread, this))\n\n 8: 0xbb835e _start [node]',
])('a limit of processes that was met is told as that, not as a crash: %s', stderr => {
  expect(hostEnd({ signal: 'SIGABRT', stderr }).message).toBe(
    'the process that runs the engines: no more processes or threads can be started (EAGAIN): raise the limit (`ulimit -u`), or close other programs',
  )
})
