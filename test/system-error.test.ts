import { expect, test } from 'vitest'
import { errorText } from '../src/cli/error-text.ts'

const failed = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code}: text`), { code, ...more })

test('a full disk is a sentence with the file and what to do', () => {
  expect(errorText(failed('ENOSPC', { path: '/cache/x.onnx', syscall: 'write' }))).toBe(
    '/cache/x.onnx: there is no space left on the device (ENOSPC): free some, or name another place (TMPDIR, QUANTRACT_CACHE)',
  )
})

test.each(['EROFS', 'EACCES', 'EDQUOT', 'EIO', 'ENOMEM', 'EMFILE'])('%s is no bug of ours', code => {
  expect(errorText(failed(code, { syscall: 'open' }))).toMatch(new RegExp(`^open: .+ \\(${code}\\): `))
})

test('what the system did not say is', () => {
  expect(errorText(failed('ENOTEMPTY'))).toContain('this is a bug in quantract')
  expect(errorText(new Error('x'))).toContain('this is a bug in quantract')
})

test.each([
  'Array buffer allocation failed',
  'WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance',
  'std::bad_alloc',
])('memory that ran out is no bug of ours: %s', message => {
  expect(errorText(new RangeError(message))).toMatch(/^memory ran out \(.+\): smaller models, batches/)
})

test('the folder that a run was started in, once it is gone, is no bug of ours', () => {
  expect(errorText(failed('ENOENT', { syscall: 'uv_cwd' }))).toBe(
    'the folder that this was started in is no longer there: change to another one',
  )
})
