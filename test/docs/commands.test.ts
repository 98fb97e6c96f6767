import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { check } from '../../src/cli/check.ts'
import type { Command } from '../../src/cli/command.ts'
import { readCommandLine } from '../../src/cli/command-line.ts'
import { compare } from '../../src/cli/compare.ts'
import { doctor } from '../../src/cli/doctor.ts'
import { explain } from '../../src/cli/explain/command.ts'
import { init } from '../../src/cli/init/command.ts'
import { migrate } from '../../src/cli/migrate/command.ts'
import { quantize } from '../../src/cli/quantize/command.ts'
import { report } from '../../src/cli/report.ts'
import { survey } from '../../src/cli/survey.ts'
import { usage } from '../../src/cli/usage.ts'

const commands: readonly Command[] = [
  init,
  check,
  compare,
  doctor,
  explain,
  quantize,
  migrate,
  report,
  survey,
]

test.each(commands.flatMap(command => command.examples.map(example => [example, command] as const)))(
  'an example of --help: %s',
  (example, command) => {
    const [program, name, ...words] = wordsOf(example)
    expect([program, name]).toEqual(['quantract', command.name])
    expect(() => readCommandLine(words, command)).not.toThrow()
  },
)

test('every command line in the docs is one that its command reads', async () => {
  const pages = await Promise.all(
    ['.', 'docs', 'docs/start'].map(async folder =>
      (await readdir(folder)).filter(name => name.endsWith('.md')).map(name => join(folder, name)),
    ),
  )
  const lines: string[] = []
  for (const page of pages.flat().filter(name => name !== 'AGENTS.md')) {
    const text = (await readFile(page, 'utf8')).replaceAll(/\\\n\s*/g, '')
    // Blocks, fenced or indented: sentences name commands without their arguments.
    const blocks = [...text.matchAll(/^```(?:sh|yaml)\n.*?^```|^ {4}quantract [^\n]*$/gms)].join('\n')
    for (const [, line] of blocks.matchAll(/^ *(?:- )?(?:npx )?(quantract [a-z]+ .*)$/gm)) lines.push(line!)
  }
  expect(lines.length).toBeGreaterThan(20)
  const refused = lines.flatMap(line => {
    const [, name, ...words] = wordsOf(line.replace(/ +# .*/, ''))
    const command = commands.find(each => each.name === name)
    if (!command) return [`${line}: no such command`]
    try {
      readCommandLine(words, command)
      return []
    } catch (error) {
      return [`${line}: ${(error as Error).message}`]
    }
  })
  expect(refused).toEqual([])
})

test.each(commands)('docs/command-line.md tells of $name', async ({ name }) => {
  expect(await readFile('docs/command-line.md', 'utf8')).toMatch(new RegExp(`^\\| \`${name}\\b`, 'm'))
})

test.each(commands)('--help of $name has a line for every option', command => {
  const text = usage(command, { color: false })
  for (const [name, { type }] of Object.entries(command.args)) {
    expect(text).toContain(type === 'positional' ? name.toUpperCase() : `--${name}`)
  }
})

/** As a shell splits them, without what it expands. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replaceAll(/['"]/g, ''))
}
