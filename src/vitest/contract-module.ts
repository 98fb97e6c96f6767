import { contractOutline } from '../contract/contract-outline.ts'
import { ownModule } from '../own-package.ts'

/** The tests of a contract file as a module, and the files on which their outcome depends. */
export interface ContractModule {
  readonly code: string
  /** Absolute paths, as Vite writes them. */
  readonly files: readonly string[]
}

/**
 * The module that Vitest runs in place of a contract file. The test of each clause stands where the clause stands in the
 * file, so that whatever names the place of a test - annotations, code frames, editors - names that of the clause.
 */
export async function contractModule(file: string): Promise<ContractModule> {
  const { clauses, files: paths } = await contractOutline(file)
  const files = paths.map(path => path.replaceAll('\\', '/'))
  let [code, line] = ['', 1]
  const write = (text: string) => {
    code += text
    line += text.split('\n').length - 1
  }
  write(
    `import { openContract } from ${JSON.stringify(ownModule('vitest/contract-tests'))}; ` +
      `const { suite, clause } = await openContract(${JSON.stringify(file)}, path => import(/* @vite-ignore */ path)); ` +
      'suite(() => {',
  )
  for (const [index, place] of clauses.entries()) {
    write('\n'.repeat(Math.max(0, place.line - line)))
    const column = code.length - code.lastIndexOf('\n')
    write(
      `${' '.repeat(Math.max(0, place.column - column))}clause(${index}, async check => { await check() });`,
    )
  }
  // Never called: `vitest --changed` takes what a module imports for what it depends on.
  const imports = files.map(each => `import(${JSON.stringify(`/@fs/${each.replace(/^\//, '')}`)})`)
  write(`\n}); export const dependencies = () => [${imports.join(', ')}]\n`)
  return { code, files }
}
