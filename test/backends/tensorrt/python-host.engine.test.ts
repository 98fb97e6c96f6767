import { existsSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test, vi } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { hostOn } from '../../../src/backends/tensorrt/hosts.ts'
import { openMachine } from '../../../src/backends/tensorrt/machine/open-machine.ts'
import { startPythonHost } from '../../../src/backends/tensorrt/python/python-host.ts'
import { findTrtexec } from '../../../src/backends/tensorrt/trtexec/trtexec.ts'
import { decodeFeed, encodeFeed } from '../../../src/engine/feeds/encode-feed.ts'
import { InputError } from '../../../src/errors.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const there = process.env.QUANTRACT_PYTHON
const { stderr } = await execa('python3', ['-c', 'import tensorrt'], { reject: false })

// What host.py does with a GPU is measured, not tested: bench/gpu. Here is what becomes of machines without one.
test.runIf(there === undefined && /ModuleNotFoundError/.test(stderr))(
  'a Python without TensorRT: named where the target insists, trtexec elsewhere',
  async () => {
    const target = resolveTarget({ backend: 'tensorrt' })
    const machine = await openMachine(target)
    try {
      expect((await hostOn(machine, target)).name).toBe('trtexec')
      const insisting = hostOn(machine, { ...target, host: 'python' })
      await expect(insisting).rejects.toThrow(InputError)
      await expect(insisting).rejects.toThrow(
        /^python3 has no TensorRT .*No module named 'tensorrt'.*pip install/,
      )
      await expect(startPythonHost(machine, target)).rejects.toThrow(/No module named 'tensorrt'/)
    } finally {
      await machine.remove()
    }
  },
)

test.runIf(there !== undefined && !existsSync('/dev/nvidia0'))(
  'a module of TensorRT on a machine without a GPU: its version is known, and what is missing is said',
  async () => {
    const target = resolveTarget({ backend: 'tensorrt', host: 'python' })
    const machine = await openMachine(target)
    try {
      const host = await hostOn(machine, target)
      expect(await host.runtime(machine, target)).toMatch(/^TensorRT \d+\.\d+\.\d+/)
      await expect(startPythonHost(machine, target)).rejects.toThrow(
        /^TensorRT cannot start: there is no (NVIDIA GPU|driver for an NVIDIA GPU), .*run this where the GPU is, or name a `launcher` in the target$/,
      )
    } finally {
      await machine.remove()
    }
  },
)

test('a Python that is not there is named, and the way without it', async () => {
  const target = resolveTarget({ backend: 'tensorrt', host: 'python', python: '/no/python' })
  const machine = await openMachine(target)
  const trtexec = await stubTrtexec()
  vi.stubEnv('TRTEXEC', '/no/trtexec')
  try {
    await expect(hostOn(machine, target)).rejects.toThrow(
      /^\/no\/python has no TensorRT of 8\.5 or later: .*; install it there .*; or use trtexec, but \/no\/trtexec is not there \(TRTEXEC\): it comes with/,
    )
    await expect(hostOn(machine, { ...target, trtexec })).rejects.toThrow(
      `or leave \`host\` out of the target: ${trtexec} of TensorRT 10.6.0 will do`,
    )
    await expect(startPythonHost(machine, target)).rejects.toThrow(InputError)
  } finally {
    await machine.remove()
  }
})

test('a trtexec that is not there: where it was looked for, and the way without it', async () => {
  const target = resolveTarget({ backend: 'tensorrt', python: '/no/python', trtexec: '/no/trtexec' })
  const machine = await openMachine(target)
  const python = await script('[ "$1" = -c ] && echo 10.6.0')
  try {
    const finding = findTrtexec(machine, target)
    await expect(finding).rejects.toThrow(InputError)
    await expect(finding).rejects.toThrow(
      /^\/no\/trtexec is not there \(`trtexec` of the target\); it comes .*: name its path .*; the Python module would do too, but `\/no\/python` has none of 8\.5 or later \(.*no\/python.*\): `pip install .*` there; another Python is `python` of the target or QUANTRACT_PYTHON$/,
    )
    const insisting = findTrtexec(machine, { ...target, host: 'trtexec' })
    await expect(insisting).rejects.toThrow('`pip install "tensorrt-cu12<11"` there, and leave `host` out')
    await expect(findTrtexec(machine, { ...target, host: 'trtexec', python })).rejects.toThrow(
      `or leave \`host\` out of the target: \`${python}\` has TensorRT 10.6.0, which will do`,
    )
  } finally {
    await machine.remove()
  }
})

/** A program that says of itself that it is trtexec of TensorRT 10.6. */
function stubTrtexec(): Promise<string> {
  return script("echo '&&&& RUNNING TensorRT.trtexec [TensorRT v100600] # trtexec --help'")
}

async function script(line: string): Promise<string> {
  const file = join(await temporaryDirectory(), 'program')
  await writeFile(file, `#!/bin/sh\n${line}\n`)
  await chmod(file, 0o755)
  return file
}

test('answers belong to their calls; an error is one of its call alone; the end of the process is one of all', async () => {
  const directory = await temporaryDirectory()
  // A program that talks as host.py does: it answers in reverse, refuses `bad`, and ends at `end`.
  const program = join(directory, 'talk.mjs')
  await writeFile(
    program,
    `#!/usr/bin/env node
import { createInterface } from 'node:readline'
const say = message => process.stdout.write(JSON.stringify(message) + '\\n')
const waiting = []
say({ ready: '10.6.0.post1' })
createInterface({ input: process.stdin }).on('line', line => {
  const { id, method, args } = JSON.parse(line)
  if (method === 'end') process.exit(7)
  if (method === 'bad') return say({ id, error: 'no such engine' })
  waiting.push({ id, result: args })
  if (waiting.length === 2) for (const each of waiting.reverse()) say(each)
})
`,
  )
  await chmod(program, 0o755)
  const target = resolveTarget({ backend: 'tensorrt', python: program })
  const machine = await openMachine(target)
  const host = await startPythonHost(machine, target)
  try {
    expect(host.version).toEqual({ number: 100_600, major: 10, text: '10.6.0' })
    const both = Promise.all([host.call('echo', { a: 1 }), host.call('echo', { b: 2 })])
    expect(await both).toEqual([{ a: 1 }, { b: 2 }])
    await expect(host.call('bad', {})).rejects.toThrow('no such engine')
    await expect(host.call('end', {})).rejects.toThrow(/^the host process of TensorRT ended with exit code 7/)
    await expect(host.call('echo', {})).rejects.toThrow(/exit code 7/)
  } finally {
    await host.stop()
    await machine.remove()
  }
})

test('tensors travel as the bytes that they are', () => {
  const data = Float32Array.of(0.1, -2, Number.NaN, 3e38).subarray(1)
  const encoded = encodeFeed(new Map([['x', { type: 'float32', shape: [3], data }]]))
  const outputs = { x: { type: 'float32', shape: [3], data: encoded.x! } }
  expect(decodeFeed(outputs).get('x')).toEqual({ type: 'float32', shape: [3], data })
  expect(decodeFeed(outputs, [])).toEqual(new Map())
  expect(() => decodeFeed({ x: { type: 'float16', shape: [], data: '' } })).toThrow(
    /of type float16, which is not read/,
  )
})
