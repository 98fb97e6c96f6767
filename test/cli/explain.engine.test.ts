import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  half,
  int8,
  layersText,
  profileText,
  timesText,
  writeFiles,
} from '../explain/tensorrt/trtexec-files.ts'
import { newFolder, runCli } from './run-cli.ts'

const files = {
  'half.profile.json': profileText(half),
  'half.layers.json': layersText(half),
  'half.times.json': timesText(0.1),
  'int8.profile.json': profileText(int8),
  'int8.layers.json': layersText(int8),
  'int8.times.json': timesText(0.115),
}

/** `explain` with these arguments, in a folder with these files. */
async function explain(args: readonly string[], written: Readonly<Record<string, string>> = files) {
  const cwd = await newFolder()
  await writeFiles(cwd, written)
  return { cwd, ...(await runCli(['explain', ...args], { cwd })) }
}

describe('files that trtexec wrote', () => {
  test('which is slower, by how much, how much is INT8, why, and what to change', async () => {
    const { exitCode, stdout, stderr } = await explain(['half.profile.json', 'int8.profile.json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const text = stdout.replace(/\s+/g, ' ')
    expect(text).toContain('int8 is slower by 15.0 µs, 15.0%')
    expect(text).toContain('half runs 0 of its 2 layers (0% of the profiled time) in INT8, 2 in half')
    expect(text).toContain(
      'int8 runs 2 of its 3 layers (69% of the profiled time) in INT8, as its Q/DQ nodes say',
    )
    expect(text).toContain('So it is not INT8 that makes half the faster one.')
    // 110 + 130 µs less 5 x c are 100 + 115 µs: c = 5; 20 - 5 of 15.
    expect(text).toContain('attributed: 100% of the difference (+15.0 of +15.0 µs); 5.0 µs a layer')
    expect(text).toContain('35.0 µs: 1 layer only converts element type or memory layout, 0 in half')
    expect(text).toContain(
      '1 Q or DQ node is a layer of its own, fused into no kernel; all of it is counted above',
    )
    expect(stdout).toMatch(/^Conv_2 +45\.0 +70\.0 +\+25\.0 +half → int8 +0 → 1 +1 2 3/m)
    expect(stdout).toMatch(/^total +100\.0 +115\.0 +\+15\.0$/m)
  })

  test('--json and --markdown hold every row', async () => {
    const { cwd, exitCode } = await explain([
      'half.profile.json',
      'int8.profile.json',
      '--json',
      'why.json',
      '--markdown',
      'why.md',
    ])
    expect(exitCode).toBe(0)
    const json = JSON.parse(await readFile(join(cwd, 'why.json'), 'utf8')) as {
      slower: string
      total: { difference: number }
      rows: { layers: { a: number[]; b: number[] }; difference: number }[]
      causes: { cause: string; layers: { name: string; microseconds: number }[] }[]
    }
    expect(json).toMatchObject({ slower: 'b', sameNetwork: true, share: expect.closeTo(1) })
    expect(json.rows.map(({ layers }) => layers)).toEqual([
      { a: [0], b: [0] },
      { a: [1], b: [1, 2] },
    ])
    expect(json.causes[0]).toMatchObject({
      cause: 'conversions-added',
      layers: [{ position: 1, name: 'QuantizeLinear_6', microseconds: expect.closeTo(35) }],
    })
    const markdown = await readFile(join(cwd, 'why.md'), 'utf8')
    expect(markdown).toContain('# half against int8\n')
    expect(markdown).toContain('| Conv\\_2 | 45.0 | 70.0 | +25.0 | half → int8 | 0 → 1 | 1 2 3')
  })
})

describe('what cannot be explained is one sentence, the exit code 3, and no file', () => {
  test.each([
    [['no.profile.json', 'int8.profile.json', '--json', 'why.json'], 'no.profile.json: does not exist'],
    [['a', 'b', 'c'], '`explain` takes two engines: `c` is a third one'],
    [['half.profile.json', 'int8.profile.json', '--markdown', 'no/x.md'], '`--markdown no/x.md`: its folder'],
  ])('%j', async (args, message) => {
    const { cwd, exitCode, stdout, stderr } = await explain(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr.split('\n')).toHaveLength(1)
    expect(await readdir(cwd)).not.toContain('why.json')
  })
})

test('help has examples', async () => {
  const { exitCode, stdout } = await runCli(['explain', '--help'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('quantract explain implicit.profile.json explicit.profile.json')
  expect(stdout).toContain('--layers')
})
