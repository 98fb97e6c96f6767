import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { pathsFromHere } from '../../src/cli/paths-from-here.ts'
import { openTerminal } from '../../src/cli/terminal.ts'

const folder = '/home/ana/nets'

test.each([
  ['/home/ana/nets/a.onnx: no such file', 'a.onnx: no such file'],
  ['data `/home/ana/nets/in/x.npz` and (/home/ana/nets/y.npz)', 'data `in/x.npz` and (y.npz)'],
  ['/home/ana/nets/a.onnx\n/home/ana/nets/b.onnx', 'a.onnx\nb.onnx'],
])('what lies below the folder is named from there: %j', (text, shown) => {
  expect(pathsFromHere(text, folder)).toBe(shown)
})

test.each([
  '/home/ana/nets-2/a.onnx',
  '/backup/home/ana/nets/a.onnx',
  'file:///home/ana/nets/a.html',
  'in /home/ana/nets',
  'in /home/ana/nets/ itself',
])('anything else stays: %j', text => {
  expect(pathsFromHere(text, folder)).toBe(text)
})

test('results, errors and progress name files so', () => {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() }
  Object.assign(streams.stderr, { isTTY: true, columns: 80 })
  const terminal = openTerminal(streams as never)
  const path = `${process.cwd()}/models/a.onnx`
  terminal.print(path)
  terminal.progress(`hashing ${path}`)
  terminal.fail(path)
  expect(String(streams.stdout.read())).toBe('models/a.onnx\n')
  expect(String(streams.stderr.read())).toBe('\r\u001B[Khashing models/a.onnx\r\u001B[Kmodels/a.onnx\n')
})
