import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startOpenvinoHost } from '../../../src/backends/openvino/python-host.ts'
import { InputError } from '../../../src/errors.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/** A program in the place of Python that prints lines, then waits. */
async function printing(...lines: readonly string[]): Promise<string> {
  const python = join(await temporaryDirectory(), 'python')
  const prints = lines.map(line => `echo '${line}'`)
  await writeFile(
    python,
    ['#!/bin/sh', ...prints, 'read -r call', `echo 'what?'`, 'read -r end', ''].join('\n'),
  )
  await chmod(python, 0o755)
  return python
}

test('a line that is no answer ends the process with one sentence', async () => {
  const python = await printing('welcome to this environment', '{"ready": "2026.4.1"}')
  const host = await startOpenvinoHost({ python })
  expect(host.version).toBe('2026.4.1')
  const call = host.call('devices')
  await expect(call).rejects.toThrow(InputError)
  await expect(call).rejects.toThrow(
    `the host process of OpenVINO wrote \`what?\`, which is no answer of host.py: look at what \`${python}\` starts`,
  )
  await host.stop()
})
