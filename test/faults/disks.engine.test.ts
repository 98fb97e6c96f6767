/** Real file systems that are full or read-only, mounted in a namespace of their own. */
import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { main } from '../cli/run-cli.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const mounts = await execa('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { reject: false })
const canMount = process.platform === 'linux' && !mounts.failed

const kinds = {
  full: ['size=64k', /there is no space left on the device \(ENOSPC\): free some, or name another place/],
  'read-only': ['ro', /the file system is read-only \(EROFS\): name another place/],
} as const

/** Runs the command line with a small or read-only file system in a place. */
async function runOn(disk: string, options: string, args: readonly string[], env: Record<string, string>) {
  const script = 'mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@"'
  const words = [options, disk, process.execPath, main, ...args]
  const child = await execa('unshare', ['-rm', 'sh', '-c', script, 'sh', ...words], {
    cwd: join(disk, '..'),
    env,
    reject: false,
  })
  return { exitCode: child.exitCode, stderr: child.stderr }
}

// `for` of Vitest 4 forgets that it is to skip.
describe.skipIf(!canMount).each(Object.entries(kinds))('a disk that is %s', (_, [options, message]) => {
  test.for([
    ['for the cache', 'QUANTRACT_CACHE', 'out.onnx'],
    ['for temporary files', 'TMPDIR', 'out.onnx'],
    ['for the output', '', 'disk/out.onnx'],
  ] as const)('%s', async ([, variable, out]) => {
    const folder = await temporaryDirectory()
    const disk = join(folder, 'disk')
    await mkdir(disk)
    const data = ['--calibration', resolve(digits.calibration)]
    const args = ['quantize', resolve(digits.fp32), '--to', 'explicit', ...data, '-o', out]
    const { exitCode, stderr } = await runOn(disk, options, args, {
      QUANTRACT_CACHE: join(folder, 'cache'),
      ...(variable && { [variable]: disk }),
    })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/bug in quantract|\n +at /)
    expect(exitCode).toBe(3)
    expect(await readdir(disk)).toEqual([])
  })
})
