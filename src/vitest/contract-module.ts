import { contractOutline } from '../contract/file/contract-outline.ts'
import { ownModule } from '../own-package.ts'
import { visibleText } from '../visible-text.ts'

/** The tests of a contract file as a module, and the files on which their outcome depends. */
export interface ContractModule {
  readonly code: string
  /** Absolute paths, as Vite writes them. */
  readonly files: readonly string[]
}

/**
 * The module that Vitest runs in place of a contract file. The test of each clause stands where the clause stands in the
 * file, so that whatever names the place of a test - annotations, code frames, editors - names that of the clause. Names are
 * literals: `vitest list` reads them without running anything.
 */
export async function contractModule(file: string, urlOf: (file: string) => string): Promise<ContractModule> {
  const { title, clauses, files: paths } = await contractOutline(file)
  const files = paths.map(path => path.replaceAll('\\', '/'))
  let [code, line] = ['', 1]
  const write = (text: string) => {
    code += text
    line += text.split('\n').length - 1
  }
  // The suite stands at the beginning of the file. Vitest asks for its tests once the module has run to its end.
  write(`describe(${named(title)}, { concurrent: false }, () => { beforeAll(build);`)
  for (const [index, { text, place }] of clauses.entries()) {
    write('\n'.repeat(Math.max(0, place.line - line)))
    const column = code.length - code.lastIndexOf('\n')
    write(
      `${' '.repeat(Math.max(0, place.column - column))}test(${named(text)}, { retry: 0 }, async context => { await check(${index}, context) });`,
    )
  }
  // Never called: `vitest --changed` takes what a module imports for what it depends on.
  const imports = files.map(each => `import(${JSON.stringify(urlOf(each))})`)
  const own = JSON.stringify(ownModule('vitest/contract-tests'))
  write(
    `\n}); import { beforeAll, describe, openContract, test } from ${own}; ` +
      `const { build, check } = await openContract(${JSON.stringify(file)}, path => import(/* @vite-ignore */ path));`,
  )
  write(`\nexport const dependencies = () => [${imports.join(', ')}]\n`)
  return { code, files }
}

function named(text: string): string {
  return JSON.stringify(visibleText(text))
}
