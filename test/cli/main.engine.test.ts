import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import { type CliRun, main, newFolder, runCli, runCliEach, withoutProgress } from './run-cli.ts'

const contract = (changes: Record<string, unknown> = {}) =>
  JSON.stringify({
    title: 'T',
    model: 'missing.onnx',
    variants: { fp32: { quantization: 'none' } },
    clauses: ['fp32 size > 1 B'],
    ...changes,
  })

/** A folder with these files. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await newFolder()
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

describe('help', () => {
  const lines: [string[], string][] = [
    [['--help'], 'COMMANDS'],
    [['check', '--help'], 'quantract check contracts --on-inconclusive warn'],
    [['compare', '-h'], 'quantract compare model.onnx model.qdq.onnx --evaluation evaluation.npz'],
    [['doctor', '--help'], 'quantract doctor model.onnx --seconds 30'],
    [['survey', '--help'], '[FILES...]'],
    [['quantize', '--help'], '-o, --out=<file.onnx>    Write the INT8 model to this file\n'],
    [['explain', '--help'], '3  they could not be: bad input, a missing file'],
  ]
  let runs: CliRun[]
  beforeAll(async () => {
    runs = await runCliEach([...lines.map(([args]) => args), [], ['--version']])
  })

  test.each(lines.map(([args, text], i) => [args, text, i] as const))('%j', (_, text, i) => {
    const { exitCode, stdout, stderr } = runs[i]!
    expect(stdout).toContain(text)
    expect(stdout).toContain('EXAMPLES')
    expect(stdout).toContain('EXIT CODES')
    expect(stdout).not.toContain('\u001B')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  test('without a command it is help, and the exit code 3', () => {
    const { exitCode, stdout } = runs.at(-2)!
    expect({ exitCode, help: stdout }).toEqual({ exitCode: 3, help: runs[0]!.stdout })
  })

  test('--version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
    expect(runs.at(-1)).toEqual({ exitCode: 0, stdout: version, stderr: '' })
    expect(await runCli(['--version'])).toEqual(runs.at(-1))
  })
})

test('what keeps it from being loaded is a sentence, and no violated clause', async () => {
  const folder = await newFolder()
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await mkdir(join(folder, 'cli'))
  await copyFile(main, join(folder, 'cli/main.js'))
  const { exitCode, stderr } = await execa(process.execPath, [join(folder, 'cli/main.js')], { reject: false })
  expect(stderr).toMatch(
    /^quantract cannot be loaded: Cannot find module .+; install it again if this stays$/,
  )
  expect(exitCode).toBe(3)
})

test.skipIf(process.platform === 'win32')(
  'few open files are enough to start, and are told where they are not',
  async () => {
    for (const count of [20, 24]) {
      const command = ['-c', `ulimit -n ${count}; exec "$0" "$@"`, process.execPath, main, '--version']
      const { exitCode, stderr } = await execa('sh', command, { reject: false })
      expect([exitCode, stderr]).toEqual(
        stderr === '' ? [0, ''] : [3, expect.stringContaining('`ulimit -n`')],
      )
    }
  },
)

test.skipIf(!existsSync('/dev/full'))('a stdout that is full is no violated clause', async () => {
  const command = ['-c', '"$0" "$@" > /dev/full', process.execPath, main, '--help']
  const { exitCode, stderr } = await execa('sh', command, { reject: false })
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: expect.stringMatching(/^results cannot be written to stdout: .*no space left on device.*$/),
  })
})

describe('a mistake on the command line is one sentence, and the exit code 3', () => {
  const lines: [string[], string][] = [
    [['chekc'], 'unknown command `chekc`; did you mean `check`?'],
    [['--jsn'], 'unknown option `--jsn`'],
    [['check', '--jsn', 'x'], 'unknown option `--jsn`; did you mean `--json`?'],
    [['check', '--json'], '`--json` needs a value'],
    [['explain', 'x.contract.json', '--threads', '2'], '`--threads` is for ONNX files'],
    [['check', '--json', 'a', '--json', 'b'], '`--json` is there 2 times: give it once'],
    [['check', '--on-inconclusive', 'wran'], '`--on-inconclusive wran`: unknown value; did you mean `warn`?'],
    [['check'], 'there is no *.contract.json file in .: name a contract or a folder with one'],
    [['check', 'x.json'], 'x.json: does not exist: check its path'],
    [['check', 'x.json', '--json', '.'], '`--json .`: is a folder: name a file'],
    [['check', 'x.json', '--json', 'no/x'], '`--json no/x`: its folder does not exist'],
    [['compare', 'a.onnx'], 'Missing required positional argument: B'],
    [['compare', 'a', 'b', 'c'], '`compare` takes two files: `c` is a third one'],
    [['compare', 'a', 'b', '--threads', '0'], '`--threads 0`: must be a whole number from 1'],
    [['compare', 'a', 'b', '--batch', '1.5'], '`--batch 1.5`: must be a whole number from 1'],
    [['compare', 'a', 'b', '--budget', '0'], '`--budget 0`: must be a number of seconds above 0'],
    [
      ['compare', 'a', 'b', '--seed', '-1'],
      '`--seed` needs a value; write `--seed=-…` if it starts with a dash',
    ],
    [
      ['compare', 'a', 'b', '--clause', 'b fsp > a fps'],
      'mistake in a clause:\n  b fsp > a fps\n    ^^^ unknown metric `fsp`; did you mean `fps`?',
    ],
  ]
  let runs: CliRun[]
  beforeAll(async () => {
    runs = await runCliEach(lines.map(([args]) => args))
  })

  test.each(lines.map(([args, sentence], i) => [args, sentence, i] as const))('%j', (_, sentence, i) => {
    const { exitCode, stdout, stderr } = runs[i]!
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr.split('\n')).toHaveLength(sentence.split('\n').length)
  })
})

describe('check', () => {
  const broken: [string, string, string][] = [
    ['no JSON', 'Digits', '1:1: is not JSON: invalid symbol'],
    ['another schema', contract({ budget: '3' }), 'budget: must be a number, not a string'],
    ['a clause with a mistake', contract({ clauses: ['int8 size > 1 B'] }), 'unknown variant `int8`'],
    ['a model that is missing', contract(), 'missing.onnx does not exist'],
  ]
  let runs: CliRun[]
  beforeAll(async () => {
    const files = broken.map(([, text], i) => [`${i}.contract.json`, text])
    const cwd = await folderWith(Object.fromEntries(files))
    runs = await runCliEach(
      files.map(([file]) => ['check', file!]),
      cwd,
    )
  })

  test.each(broken.map((row, i) => [...row, i] as const))(
    'a contract file with %s',
    (_, _text, message, i) => {
      const { exitCode, stderr } = runs[i]!
      expect(stderr).toMatch(new RegExp(`^${i}\\.contract\\.json`))
      expect(stderr).toContain(message)
      expect(stderr).not.toContain('    at ')
      expect(exitCode).toBe(3)
    },
  )

  test('finds contracts in folders, and a broken one does not stop the others', async () => {
    const cwd = await folderWith({
      'contracts/a.contract.json': '',
      'b/deep/b.contract.json': contract({ title: 'The second one' }),
      'node_modules/c.contract.json': '',
      '.hidden/d.contract.json': '',
      'e.json': '',
    })
    const { exitCode, stdout, stderr } = await runCli(['check', '.', 'contracts', '--json', 'out.json'], {
      cwd,
    })
    expect(stdout).toContain('The second one')
    expect(stderr).toContain('contracts/a.contract.json: is empty')
    expect(exitCode).toBe(3)
    // The one that cannot be read is told before the other is built.
    expect(JSON.parse(await readFile(join(cwd, 'out.json'), 'utf8'))).toMatchObject([
      { contract: 'contracts/a.contract.json', error: expect.stringContaining('is empty') },
      { contract: 'b/deep/b.contract.json', error: expect.stringContaining('missing.onnx does not exist') },
    ])
  })
})

describe('compare', () => {
  const models = ['digits.onnx', 'digits.qdq.onnx'].map(name => resolve('examples/pytorch-digits', name))
  const evaluation = ['--evaluation', resolve('examples/pytorch-digits/data/evaluation.npz')]

  test('finds that the Q/DQ model is slower and as accurate', async () => {
    const cwd = await newFolder()
    const args = ['compare', ...models, ...evaluation, '--budget', '3', '--json', 'out.json']
    const { exitCode, stdout } = await runCli(args, { cwd })
    // Beside other programs it may stay open; the other way round it never is.
    const speed = stdout.includes('✗ b fps >= a fps: violated') ? 'violated' : 'inconclusive'
    expect(stdout).toContain(`b fps >= a fps: ${speed}`)
    expect(stdout).toContain('✓ b accuracy gap to a < 0.5%: upheld')
    expect(exitCode).toBe(speed === 'violated' ? 1 : 2)
    expect(JSON.parse(await readFile(join(cwd, 'out.json'), 'utf8'))).toMatchObject([
      {
        schemaVersion: 1,
        engines: [
          { variant: 'a', accuracy: { value: 0.99625 } },
          { variant: 'b', accuracy: { value: 0.9975 } },
        ],
        outcomes: [
          {
            verdict: speed,
            estimate: { unit: 'x' },
            samples: { unit: expect.stringMatching(/^(blocks|launches)$/) },
          },
          { verdict: 'upheld', samples: { count: 800, unit: 'samples' } },
        ],
      },
    ])
  })

  test('decides the clauses that it is given', async () => {
    const { exitCode, stdout } = await runCli([
      'compare',
      ...models,
      '--clause',
      'a size < b size',
      '--budget',
      '0.5',
    ])
    expect(stdout).toContain('✓ a size < b size: upheld')
    expect(stdout).toContain('1 clause: 1 upheld')
    expect(exitCode).toBe(0)
  })
})

test('Ctrl-C ends a measurement with 130, and what is known by then is written', async () => {
  const cwd = await newFolder()
  const models = ['digits.onnx', 'digits.qdq.onnx'].map(name => resolve('examples/pytorch-digits', name))
  const clauses = ['--clause', 'a size > 1 B', '--clause', 'a fps >= b fps', '--precision', '0.001%']
  const args = [main, 'compare', ...models, ...clauses, '--budget', '60', '--json', 'out.json']
  const child = execa(process.execPath, args, {
    cwd,
    reject: false,
    env: { QUANTRACT_CACHE: join(cwd, 'cache') },
  })
  child.stdout.on('data', chunk => {
    if (String(chunk).includes('upheld')) child.kill('SIGINT')
  })
  const { exitCode, stderr } = await child
  expect({ exitCode, stderr: withoutProgress(stderr) }).toEqual({ exitCode: 130, stderr: 'interrupted' })
  expect(JSON.parse(await readFile(join(cwd, 'out.json'), 'utf8'))).toEqual([
    {
      contract: 'compare',
      error: 'interrupted',
      outcomes: [expect.objectContaining({ clause: 'a size > 1 B', verdict: 'upheld' })],
    },
  ])
})
