import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadContract } from '../src/contract/file/load-contract.ts'
import { readText } from '../src/read-text.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

const contract = JSON.stringify(
  {
    title: 'größe 😀',
    model: 'm.onnx',
    variants: { fp32: { quantization: 'none' } },
    clauses: ['fp32 size < 1 MB'],
  },
  undefined,
  1,
)

async function written(bytes: string | Uint8Array): Promise<string> {
  const path = join(await temporaryDirectory(), 'a.contract.json')
  await writeFile(path, bytes)
  return path
}

test.each([
  ['as editors write it', contract],
  ['with a byte order mark', `\uFEFF${contract}`],
  ['with line ends of Windows', contract.replaceAll('\n', '\r\n')],
  ['with those of old Macs', contract.replaceAll('\n', '\r')],
])('a contract %s', async (_, text) => {
  expect(await loadContract(await written(text))).toMatchObject({ title: 'größe 😀' })
})

const utf16 = Buffer.from(`\uFEFF${contract}`, 'utf16le')
test.each([
  ['UTF-16', utf16],
  ['UTF-16', utf16.subarray(2)],
  ['UTF-16', Buffer.from(utf16).swap16()],
  ['UTF-16', Buffer.from(utf16).swap16().subarray(2)],
  ['not UTF-8', Buffer.from('größe', 'latin1')],
])('a text that is %s is refused as that', async (encoding, bytes) => {
  const path = await written(bytes)
  for (const read of [readText, loadContract]) {
    await expect(read(path)).rejects.toThrow(`${path}: is ${encoding}: save it as UTF-8`)
  }
})

test('an empty file, and one of zeros, are no UTF-16', async () => {
  expect(await readText(await written(''))).toBe('')
  expect(await readText(await written('\0\0\0'))).toBe('\0\0\0')
})
