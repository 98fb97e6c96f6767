/**
 * Installs quantract as its users do, beside a major version of Vitest that this repository may not develop with, and
 * checks types and verdicts there. Needs the npm registry, and so is no part of `npm test`:
 *
 *     npm run build && node test/consumer/run.mjs 5
 */
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const [major = '5'] = process.argv.slice(2)
const root = fileURLToPath(new URL('../..', import.meta.url))
const directory = await mkdtemp(join(tmpdir(), 'quantract-consumer-'))
const inDirectory = { cwd: directory, stdio: 'inherit' }

try {
  const { stdout } = await execa('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: root })
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const packages = [`./${stdout.trim()}`, `vitest@${major}`, 'vite', '@types/node@22']
  await execa('npm', ['install', '--omit=peer', '--no-audit', '--no-fund', ...packages], inDirectory)
  // The runtime is large: the one that is here already.
  await symlink(join(root, 'node_modules/onnxruntime-node'), join(directory, 'node_modules/onnxruntime-node'))
  await checkTypes(true)
  await checkTypes(false)

  await cp(join(root, 'test/fixtures'), join(directory, 'test/fixtures'), { recursive: true })
  await symlink(join(root, 'examples'), join(directory, 'examples'))
  await expectExitCode(0, 'vitest-matchers', 'upheld')
  await expectExitCode(1, 'vitest-matchers', 'violated')
  await expectExitCode(1, 'vitest-matchers', 'unawaited', '-t', 'violated seconds after the body')
  await expectExitCode(1, 'vitest-matchers', 'retry', '--retry=3')
  await expectExitCode(0, 'vitest-contracts', 'upheld')
  await expectExitCode(1, 'vitest-contracts', 'violated')
  console.log(`quantract works with Vitest ${major} on Node ${process.version}`)
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function checkTypes(skipLibCheck) {
  await cp(join(root, 'test/fixtures/consumer/types.ts'), join(directory, 'types.ts'))
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck,
  }
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }))
  await execa(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], inDirectory)
  console.log(`types compile, skipLibCheck: ${skipLibCheck}`)
}

async function expectExitCode(expected, project, ...args) {
  const vitest = join(directory, 'node_modules/vitest/vitest.mjs')
  // The default reporter of Vitest 5 needs a newer Node than 20 to show a failure.
  const command = [vitest, 'run', '--reporter=json', ...args]
  const cwd = join(directory, 'test/fixtures', project)
  const { exitCode, all } = await execa('node', command, { cwd, reject: false, all: true })
  if (exitCode !== expected)
    throw new Error(`${args.join(' ')}: exit code ${exitCode}, not ${expected}\n${all}`)
  console.log(`${project} ${args.join(' ')}: exit code ${exitCode}`)
}
