import { encode } from '@jridgewell/sourcemap-codec'
import { contractOutline } from '../contract/file/contract-outline.ts'
import { ownModule } from '../own-package.ts'
import { visibleText } from '../visible-text.ts'

/** The tests of a contract file as a module, and the files on which their outcome depends. */
export interface ContractModule {
  readonly code: string
  /** Where the test of each clause stands in the contract. */
  readonly map: SourceMap
  /** Absolute paths, as Vite writes them. */
  readonly files: readonly string[]
}

/** Version 3 of source maps, as Vite takes them. */
interface SourceMap {
  readonly version: 3
  readonly sources: string[]
  readonly names: string[]
  readonly mappings: string
}

/**
 * The module that Vitest runs in place of a contract file. Its map puts the test of each clause where the clause stands in the
 * file, so that whatever names the place of a test - annotations, code frames, editors - names that of the clause. Names are
 * literals: `vitest list` reads them without running anything.
 */
export async function contractModule(file: string, urlOf: (file: string) => string): Promise<ContractModule> {
  const { title, clauses, files: paths } = await contractOutline(file)
  const files = paths.map(path => path.replaceAll('\\', '/'))
  const own = JSON.stringify(ownModule('vitest/contract-tests'))
  // Never called: `vitest --changed` takes what a module imports for what it depends on.
  const imports = files.map(each => `import(${JSON.stringify(urlOf(each))})`)
  // The suite stands at the beginning of the file. Vitest asks for its tests once the module has run to its end.
  const code = [
    `describe(${named(title)}, { concurrent: false }, () => { beforeAll(build);`,
    ...clauses.map(
      ({ text }, index) =>
        `test(${named(text)}, { retry: 0 }, async context => { await check(${index}, context) });`,
    ),
    `}); import { beforeAll, describe, openContract, test } from ${own};`,
    `const { build, check } = await openContract(${JSON.stringify(file)}, path => import(/* @vite-ignore */ path));`,
    `export const dependencies = () => [${imports.join(', ')}]`,
    '',
  ].join('\n')
  const places = [{ line: 1, column: 1 }, ...clauses.map(({ place }) => place)]
  const mappings = encode(places.map(({ line, column }) => [[0, 0, line - 1, column - 1]]))
  return { code, map: { version: 3, sources: [file], names: [], mappings }, files }
}

function named(text: string): string {
  return JSON.stringify(visibleText(text))
}
