/**
 * Does what a page tells its reader, literally: in an empty folder, its commands are typed, its files are saved, and what it says
 * is printed has to be printed. `npm install quantract` gets the packed package. Needs pip and the registry, and takes minutes and
 * gigabytes, so it is no part of `npm test`:
 *
 *     npm run page -- docs/pytorch.md
 *     npm run page -- docs/pytorch.md --keep FOLDER     works there, and leaves it
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { isPrinted } from './is-printed.ts'
import { type Block, readBlocks } from './read-blocks.ts'
import { registryWithOurs } from './registry-with-ours.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { keep: { type: 'string' } },
})
const [page] = positionals
if (page === undefined) throw new Error('name a page: npm run page -- docs/pytorch.md')
const base = values.keep ?? (await mkdtemp(join(tmpdir(), 'quantract-page-')))

/** What a shell keeps from one block to the next: its environment. */
const state = join(base, 'state.sh')
const missing = await whatIsMissing()
if (missing === undefined) await follow(await readFile(page, 'utf8'))
else console.log(`${page} is not followed: ${missing}`)
if (values.keep === undefined) await rm(base, { recursive: true, force: true })

async function whatIsMissing(): Promise<string | undefined> {
  const python = await execa('python3', ['-m', 'venv', '--help'], { reject: false })
  if (python.failed) return 'there is no python3 with venv here'
  const pip = await execa('python3', ['-m', 'pip', 'download', '--no-deps', '-d', base, 'onnxscript'], {
    reject: false,
    timeout: 60_000,
  })
  if (pip.failed) return 'pip reaches no index of packages'
  const npm = await execa('npm', ['view', 'vitest', 'version'], { reject: false, timeout: 60_000 })
  if (npm.failed) return 'npm reaches no registry'
  return undefined
}

async function follow(text: string): Promise<void> {
  const packed = await execa('npm', ['pack', '--silent', '--pack-destination', base])
  const usual = (await execa('npm', ['config', 'get', 'registry'])).stdout.trim()
  const registry = await registryWithOurs(join(base, packed.stdout.trim()), usual)
  const folder = join(base, 'project')
  try {
    // Of an earlier run in a folder that was kept nothing stays, its shell's variables neither.
    for (const old of [folder, join(base, 'npm'), state]) await rm(old, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    const env = {
      npm_config_registry: registry.url,
      npm_config_cache: join(base, 'npm'),
      ONNXRUNTIME_NODE_INSTALL: 'skip',
      QUANTRACT_CACHE: join(base, 'cache'),
      CI: '',
    }
    let printed = ''
    let number = 0
    for (const block of readBlocks(text))
      printed = await act(block, { folder, env, printed, number: ++number })
    console.log(`\n${page}: every block did what the page says`)
  } finally {
    registry.close()
  }
}

async function act(
  block: Block,
  {
    folder,
    env,
    printed,
    number,
  }: {
    readonly folder: string
    readonly env: Readonly<Record<string, string>>
    readonly printed: string
    readonly number: number
  },
): Promise<string> {
  if (block.kind === 'file') {
    await writeFile(join(folder, block.name), block.text)
    return printed
  }
  if (block.kind === 'printed') {
    const absent = block.lines.filter(line => !isPrinted(line, printed))
    if (absent.length > 0)
      throw new Error(`block ${number} of ${page}: is not printed: ${absent.join(' | ')}`)
    return printed
  }
  console.log(`\n$ ${block.text.replaceAll('\n', '\n$ ')}`)
  const script = `[ -e '${state}' ] && . '${state}'\nset -e\n${block.text}\nrc=$?\nexport -p > '${state}'\nexit $rc`
  const child = execa('bash', ['-c', script], { cwd: folder, env, all: true, reject: false })
  child.all.pipe(process.stdout)
  const { exitCode, all } = await child
  // What comes out depends on the machine; that a verdict does, is what the blocks of printed lines say.
  const endsWithVerdict = /^npx (?:quantract check|vitest)\b/m.test(block.text)
  if (!(endsWithVerdict ? [0, 1, 2] : [0]).includes(exitCode ?? -1)) {
    throw new Error(`block ${number} of ${page} ends with ${exitCode}`)
  }
  return all
}
