import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { oldNode } from '../../old-node.ts'

/** What is known of the project that a contract is written for. */
export interface Project {
  readonly manager: 'npm' | 'pnpm' | 'yarn' | 'bun'
  /** Commands that add a development dependency, run a program, and install what a lock file says. */
  readonly add: string
  readonly run: string
  readonly install: string
  /** Packages that are needed and not in package.json. */
  readonly missing: readonly string[]
  /** The configuration that Vitest reads, if there is one, and whether it has the plugin. */
  readonly config: string | undefined
  readonly hasPlugin: boolean
  /** Whether files without an extension of their own are ES modules. */
  readonly isModule: boolean
  /** The root of its repository, or the folder itself; and where the folder lies in that, if it is another. */
  readonly root: string
  readonly inRoot: string | undefined
  /** What does not fit together. */
  readonly warning: string | undefined
}

const managers = {
  npm: { lock: ['package-lock.json'], add: 'npm install --save-dev', run: 'npx', install: 'npm ci' },
  pnpm: {
    lock: ['pnpm-lock.yaml'],
    add: 'pnpm add --save-dev',
    run: 'pnpm exec',
    install: 'pnpm install --frozen-lockfile',
  },
  yarn: { lock: ['yarn.lock'], add: 'yarn add --dev', run: 'yarn', install: 'yarn install --immutable' },
  bun: {
    lock: ['bun.lock', 'bun.lockb'],
    add: 'bun add --dev',
    run: 'bunx',
    install: 'bun install --frozen-lockfile',
  },
} as const

const configs = ['vitest.config', 'vite.config'].flatMap(name =>
  ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map(extension => `${name}.${extension}`),
)

export async function findProject(folder: string): Promise<Project> {
  const manager = managerOf(folder)
  const { add, run, install } = managers[manager]
  const { type, dependencies = {}, devDependencies = {} } = readJson(join(folder, 'package.json'))
  const known = { ...dependencies, ...devDependencies }
  const { version: vitest } = readJson(join(folder, 'node_modules/vitest/package.json'))
  const config = configs.find(name => isFile(join(folder, name)))
  return {
    manager,
    add,
    run,
    install,
    missing: neededBy(manager).filter(name => known[name] === undefined && !isInstalled(folder, name)),
    ...placeIn(folder),
    config,
    isModule: type === 'module',
    hasPlugin:
      config !== undefined && readFileSync(join(folder, config), 'utf8').includes('quantract/plugin'),
    warning: vitest === undefined ? undefined : oldNode(String(vitest)),
  }
}

/** Yarn installs no peers of what it installs, and Vitest 5 wants its Vite so. */
function neededBy(manager: Project['manager']): readonly string[] {
  return manager === 'yarn' ? [...needed, 'vite'] : needed
}

const needed = ['quantract', 'vitest', 'onnxruntime-node']

function isInstalled(folder: string, name: string): boolean {
  if (existsSync(join(folder, 'node_modules', name, 'package.json'))) return true
  const above = dirname(folder)
  return above !== folder && isInstalled(above, name)
}

/** Workflows are those in the root of a repository alone. */
function placeIn(folder: string): Pick<Project, 'root' | 'inRoot'> {
  const above = (at: string): string | undefined => {
    if (existsSync(join(at, '.git'))) return at
    return dirname(at) === at ? undefined : above(dirname(at))
  }
  const root = above(folder) ?? folder
  return { root, inRoot: root === folder ? undefined : relative(root, folder).replaceAll('\\', '/') }
}

/** Of the nearest folder with a lock file: packages of a workspace have theirs further up. */
function managerOf(folder: string): Project['manager'] {
  for (const [name, { lock }] of Object.entries(managers)) {
    if (lock.some(file => existsSync(join(folder, file)))) return name as Project['manager']
  }
  const above = dirname(folder)
  return above === folder ? 'npm' : managerOf(above)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

interface PackageJson {
  readonly type?: string
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** Empty if there is none, or it cannot be read. */
function readJson(path: string): PackageJson {
  try {
    return Object(JSON.parse(readFileSync(path, 'utf8'))) as PackageJson
  } catch {
    return {}
  }
}
