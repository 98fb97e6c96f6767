import { join } from 'node:path'
import { root } from './installation.ts'

/** Where what a reporter makes of all scenarios is kept. */
export function storedFile(major: string, reporter: string): string {
  return join(root, 'test/matrix/stored', `vitest-${major}`, `${reporter.replaceAll(' ', '-')}.txt`)
}

/** The cells of a reporter as one text. */
export function storedText(cells: Readonly<Record<string, string>>): string {
  return Object.entries(cells)
    .map(([scenario, text]) => `${headline(scenario)}${text}`)
    .join('\n')
}

/** The cell of one scenario in such a text; undefined if it is not there. */
export function storedCell(text: string, scenario: string): string | undefined {
  const [, rest] = text.split(headline(scenario))
  return rest?.split(/\n(?==== )/)[0]
}

function headline(scenario: string): string {
  return `=== ${scenario}\n`
}
