import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { trtexecEngines } from '../../../src/cli/explain/trtexec-engines.ts'
import { InputError } from '../../../src/errors.ts'
import { explain } from '../../../src/explain/explain.ts'
import { formatExplanation } from '../../../src/report/explanation/format-explanation.ts'
import {
  half,
  int8,
  layersText,
  profileText,
  timesText,
  writeFiles,
} from '../../explain/tensorrt/trtexec-files.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const files = {
  'half.profile.json': profileText(half),
  'half.layers.json': layersText(half),
  'half.times.json': timesText(0.1),
  'int8.profile.json': profileText(int8),
  'int8.layers.json': layersText(int8),
  'int8.times.json': timesText(0.115),
  'cut.profile.json': profileText(half).slice(0, 30),
  'still.profile.json': profileText(half.map(layer => ({ ...layer, ms: 0 }))),
}

interface Options {
  readonly layers?: string
  readonly times?: string
}

/** Two engines of a folder with these files. */
async function read(
  a: string,
  b: string,
  { layers, times }: Options = {},
  written: Readonly<Record<string, string>> = files,
) {
  const folder = await temporaryDirectory()
  await writeFiles(folder, written)
  const inFolder = (list: string | undefined) =>
    list
      ?.split(',')
      .map(file => file && join(folder, file))
      .join()
  return trtexecEngines(join(folder, a), join(folder, b), {
    layers: inFolder(layers),
    times: inFolder(times),
  })
}

/** What is printed about them, in one line. */
async function printed(...given: Parameters<typeof read>): Promise<string> {
  return formatExplanation(explain(...(await read(...given)))).replace(/\s+/g, ' ')
}

describe('files beside a profile are found', () => {
  test('named as TREx names them', async () => {
    const [a, b] = await read(
      'a.onnx.engine.profile.json',
      'b.onnx.engine.profile.json',
      {},
      {
        'a.onnx.engine.profile.json': profileText(half),
        'a.onnx.engine.graph.json': layersText(half),
        'a.onnx.engine.timing.json': timesText(0.1),
        'b.onnx.engine.profile.json': profileText(int8),
      },
    )
    expect(a).toMatchObject({ name: 'a', quantization: 'none', latency: { median: 100 }, notes: [] })
    expect(b.name).toBe('b')
    expect(b.notes).toHaveLength(2)
  })

  test('or given: --layers and --times, one of them or both', async () => {
    const elsewhere = {
      'one/p.json': profileText(half),
      'one/l.json': layersText(half),
      'two/p.json': profileText(int8),
      'two/t.json': timesText(0.115),
    }
    const options = { layers: 'one/l.json,', times: ',two/t.json' }
    const [a, b] = await read('one/p.json', 'two/p.json', options, elsewhere)
    expect(a.layers[0]!.inputs[0]!.type).toBe('half')
    expect(b.latency!.median).toBeCloseTo(115)
    // Files of one name are told apart by their folders.
    expect([a.name, b.name].map(name => name.split('/').at(-2))).toEqual(['one', 'two'])
  })
})

describe('what is not known is said, and nothing is made up', () => {
  test('profiles alone', async () => {
    const text = await printed(
      'a.profile.json',
      'b.profile.json',
      {},
      {
        'a.profile.json': profileText(half),
        'b.profile.json': profileText(int8),
      },
    )
    expect(text).toContain('By the sums of their profiles, which are larger than latencies, a takes 110.0 µs')
    expect(text).toContain('of a the precision of no layer is known')
    expect(text).toContain('attributed: not known without latencies')
    expect(text).toContain('Note: b: there are no times (`--exportTimes`), so the latency is not known.')
    expect(text).toContain('Note: b: there is no layer information')
  })

  test('layer information of names alone', async () => {
    const names = (layers: typeof half) =>
      JSON.stringify({ Layers: layers.map(({ name }) => name), Bindings: [] })
    const written = { ...files, 'half.layers.json': names(half), 'int8.layers.json': names(int8) }
    const text = await printed('half.profile.json', 'int8.profile.json', {}, written)
    expect(text).toContain('Note: half: 2 of 2 layers are not described')
    expect(text).toContain('QuantizeLinear_6 35.0')
  })

  test('an engine with itself: no difference, no causes', async () => {
    const text = await printed('half.profile.json', 'half.profile.json')
    expect(text).toContain('these times show no difference')
    expect(text).not.toContain('To do')
  })

  test('two networks that have nothing in common are not compared layer by layer', async () => {
    const other = [{ name: 'MatMul_7', input: 'x:Half', output: 'y:Half', ms: 0.3 }]
    const written = { ...files, 'other.profile.json': profileText(other) }
    const text = await printed('half.profile.json', 'other.profile.json', {}, written)
    expect(text).toContain('these look like different networks, so no layers are compared')
    expect(text).not.toContain('To do')
  })
})

describe('what cannot be read is one sentence', () => {
  test.each<[string, string, Options, string]>([
    ['no.profile.json', 'int8.profile.json', {}, 'no.profile.json: does not exist: check its path'],
    ['half.layers.json', 'int8.profile.json', {}, 'half.layers.json: is no profile of trtexec'],
    ['half.times.json', 'int8.profile.json', {}, 'half.times.json: is no profile of trtexec'],
    ['half.profile.json', 'cut.profile.json', {}, 'cut.profile.json: is no profile of trtexec'],
    ['half.profile.json', 'still.profile.json', {}, 'still.profile.json: no layer took any time'],
    [
      'half.profile.json',
      'int8.profile.json',
      { layers: 'int8.layers.json,' },
      'describes none of the layers of',
    ],
    ['half.profile.json', 'int8.profile.json', { layers: 'x.json' }, 'give two files with a comma between'],
    [
      'half.profile.json',
      'int8.profile.json',
      { times: ',half.layers.json' },
      'half.layers.json: holds no times of trtexec',
    ],
  ])('%s, %s, %j', async (a, b, options, message) => {
    const error = await read(a, b, options).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(InputError)
    expect((error as Error).message).toContain(message)
    expect((error as Error).message).not.toContain('\n')
  })
})
