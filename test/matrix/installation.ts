import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A folder with fixture projects, a Vitest that finds quantract from them, and a Node.js for both. */
export interface Installation {
  readonly major: string
  readonly directory: string
  readonly node: string
}

/** Vitest 5 shows failures only on a Node.js that is newer than the oldest one we support. */
const nodeFor: Readonly<Record<string, string>> = { 5: '22' }
/** The package with the program itself: `node` fetches it by a script, which npm does not run unless it is allowed to. */
const nodePackage = `node-${process.platform}-${process.arch}`

/** The oldest versions whose output is stored. */
const least: Readonly<Record<string, string>> = { 4: '4.1.12', 5: '5.1.0' }

/** What this repository has itself: dist/ and its own Vitest. */
export async function ownInstallation(): Promise<Installation> {
  const { version } = createRequire(import.meta.url)('vitest/package.json') as { version: string }
  return { major: version.split('.')[0]!, directory: root, node: process.execPath }
}

/** Installs the packed package beside a Vitest of that major version. Needs the registry, and dist/. */
export async function install(major: string, directory: string): Promise<Installation> {
  await mkdir(directory, { recursive: true })
  const { stdout } = await execa('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: root })
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const node = nodeFor[major]
  const npm = (...args: string[]) =>
    execa('npm', ['install', '--no-audit', '--no-fund', ...args], { cwd: directory })
  await npm(
    `vitest@^${least[major] ?? major}`,
    `@vitest/ui@^${least[major] ?? major}`,
    'vite',
    ...(node ? [`${nodePackage}@${node}`] : []),
  )
  // Peers are there, or are linked.
  await npm('--legacy-peer-deps', `./${stdout.trim()}`)
  // The runtime is large: the one that is here already.
  await symlink(join(root, 'node_modules/onnxruntime-node'), join(directory, 'node_modules/onnxruntime-node'))
  await cp(join(root, 'test/fixtures'), join(directory, 'test/fixtures'), { recursive: true })
  await cp(join(root, 'contracts'), join(directory, 'contracts'), { recursive: true })
  await symlink(join(root, 'examples'), join(directory, 'examples'))
  const { version } = JSON.parse(
    await readFile(join(directory, 'node_modules/vitest/package.json'), 'utf8'),
  ) as { version: string }
  if (!version.startsWith(`${major}.`)) throw new Error(`asked for Vitest ${major}, got ${version}`)
  return {
    major,
    directory,
    node: node ? join(directory, 'node_modules', nodePackage, 'bin/node') : process.execPath,
  }
}
