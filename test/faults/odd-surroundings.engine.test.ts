/** Names, places, locales and clocks that nobody thinks of: a run comes to the same, and says it in lines of its own. */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { writeModel } from '../../src/onnx/write-model.ts'
import { main, withoutProgress } from '../cli/run-cli.ts'
import { saturatingModel, writeSaturatingData } from '../support/models/saturating.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** Whatever a shell, a URL, HTML or a terminal reads otherwise; `?` in a folder is more than Vite takes. */
const odd = `a b'c"%41#?&<x>;$(x)\`é😀\n::error::n`

interface Names {
  readonly model?: string
  readonly data?: string
  readonly contract?: string
}

/** A project about a small classifier. */
async function project(
  folder: string,
  { model = 'model.onnx', data = 'data.npz', contract = 'a.contract.json' }: Names = {},
  clauses: readonly unknown[] = ['int8 size > 1 B', 'int8 accuracy >= 1%', 'int8 size <= baseline'],
  target = {},
): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeModel(saturatingModel(), join(folder, model))
  await writeSaturatingData(join(folder, data), 16)
  const written = {
    title: odd,
    model,
    data: { calibration: { npz: data }, evaluation: { npz: data } },
    variants: {
      fp32: { quantization: 'none' },
      int8: { quantization: 'explicit', placement: 'onnxruntime' },
    },
    target,
    budget: 0.3,
    pace: 'any',
    clauses,
  }
  await writeFile(join(folder, contract), JSON.stringify(written))
}

async function run(cwd: string, args: readonly string[], env: Record<string, string | undefined> = {}) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...args], {
    cwd,
    env: { QUANTRACT_CACHE: join(cwd, 'cache'), CI: '', ...env },
    reject: false,
  })
  expect(exitCode, stdout + stderr).toBe(0)
  expect(withoutProgress(stderr)).toBe('')
  // Nothing in a name ends a line, or begins one as a command.
  expect(stdout).not.toMatch(/^::|^\s*error::n/m)
  return stdout
}

describe.skipIf(process.platform === 'win32')('names and places', () => {
  test('of the project, model, data, contract, cache and outputs', async () => {
    const cwd = join(await temporaryDirectory(), odd.replaceAll('/', ''))
    const name = odd.replaceAll('/', '').replaceAll('\n', '\n ')
    const [model, data, contract] = [`m${name}.onnx`, `d${name}.npz`, `c${name}.contract.json`]
    await project(cwd, { model, data, contract })
    // Where `i` is no small `I`.
    const env = { QUANTRACT_CACHE: join(cwd, `cache${name}`), LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }
    const checked = await run(cwd, ['check', '--json', `e${name}.json`, '--junit', `j${name}`], env)
    expect(checked).toContain('3 clauses: 3 upheld')
    await run(cwd, ['report', `e${name}.json`, '--html', `h${name}`, '--markdown', `k${name}`], env)
    expect(await readFile(join(cwd, `h${name}`), 'utf8')).not.toContain('<x>')
    const out = `o${name}.onnx`
    await run(cwd, ['quantize', model, '--to', 'explicit', '--calibration', data, '-o', out], env)
    const compared = await run(cwd, ['compare', model, out, '--clause', 'b size > 1 B'], env)
    expect(compared).toContain('1 clause: 1 upheld')
    await run(cwd, ['init', model, '--calibration', data], env)
    expect((await readdir(join(cwd, 'contracts'))).length).toBeGreaterThan(1)
  })

  test('symbolic links, in the project and out of it', async () => {
    const [elsewhere, cwd] = [await temporaryDirectory(), await temporaryDirectory()]
    await project(join(cwd, 'real'))
    await project(elsewhere)
    await mkdir(join(cwd, 'linked'))
    await writeFile(join(cwd, 'linked/package.json'), '{}')
    for (const [name, to] of [
      ['a.contract.json', '../real/a.contract.json'],
      ['model.onnx', join(elsewhere, 'model.onnx')],
      ['data.npz', '../real/data.npz'],
    ] as const) {
      await symlink(to, join(cwd, 'linked', name))
    }
    await symlink('linked', join(cwd, 'link'))
    expect(await run(join(cwd, 'link'), ['check'])).toContain('3 clauses: 3 upheld')
  })
})

describe('surroundings', () => {
  test('no home, no locale, a time zone that there is not', async () => {
    const cwd = await temporaryDirectory()
    await project(cwd)
    const env = { HOME: undefined, LANG: 'C', LC_ALL: 'C', TZ: 'Not/AZone' }
    expect(await run(cwd, ['check'], env)).toContain('3 clauses: 3 upheld')
  })

  test.skipIf(process.platform === 'win32')('no standard streams: the exit code says it', async () => {
    const cwd = await temporaryDirectory()
    await project(cwd)
    const closed = ['-c', 'exec "$0" "$@" <&- >&- 2>&-', process.execPath, main, 'check', '--json', 'e.json']
    const env = { QUANTRACT_CACHE: join(cwd, 'cache'), CI: '' }
    const { exitCode } = await execa('sh', closed, { cwd, env, reject: false })
    expect(exitCode).toBe(0)
    expect(JSON.parse(await readFile(join(cwd, 'e.json'), 'utf8'))).toMatchObject([{ title: odd }])
  })

  test('a clock in 1970 and in 2100: baselines of then are baselines', async ({ skip }) => {
    const cwd = await temporaryDirectory()
    const library = join(cwd, 'stepping-clock.so')
    const source = resolve('test/support/preload/stepping-clock.c')
    const compiler = ['-shared', '-fPIC', '-O1', '-o', library, source]
    const { failed } = await execa('cc', compiler, { reject: false })
    if (failed || process.platform !== 'linux') return skip('there is no C compiler, or no LD_PRELOAD')
    await project(cwd)
    const at = (seconds: number) => ({ LD_PRELOAD: library, CLOCK_STARTS_AT: String(seconds) })
    await run(cwd, ['check', '--json', 'e.json'], at(60))
    expect(await readFile(join(cwd, 'e.json'), 'utf8')).toContain('"startedAt": "1970-01-01T00:01:')
    expect(await run(cwd, ['check'], at(4_102_444_800))).toContain('int8 size, baseline of 1970-01-01')
  })
})

test('fifty clauses, and more threads than there are CPUs', async () => {
  const cwd = await temporaryDirectory()
  const clauses = Array.from({ length: 49 }, (_, i) => `int8 size > ${i + 1} B`)
  await project(cwd, {}, [...clauses, 'int8 fps >= 0.001x fp32 fps'], { threads: 8 })
  const { stdout, exitCode } = await execa(process.execPath, [main, 'check'], {
    cwd,
    env: { QUANTRACT_CACHE: join(cwd, 'cache') },
    reject: false,
  })
  // Eight threads on two CPUs may be too noisy for any bound.
  expect(stdout).toMatch(/^50 clauses: (50 upheld|49 upheld, 1 inconclusive)/m)
  expect([0, 2]).toContain(exitCode)
})
