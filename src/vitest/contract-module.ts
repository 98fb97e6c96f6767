import { encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec'
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
 * The module that Vitest runs in place of a contract file. The test of each clause stands where the clause stands in the
 * file, so that whatever names the place of a test - annotations, code frames, editors - names that of the clause. Names are
 * literals: `vitest list` reads them without running anything.
 */
export async function contractModule(file: string, urlOf: (file: string) => string): Promise<ContractModule> {
  const { title, clauses, files: paths } = await contractOutline(file)
  const files = paths.map(path => path.replaceAll('\\', '/'))
  let [code, line] = ['', 1]
  const segments: { readonly line: number; readonly segment: SourceMapSegment }[] = []
  const write = (text: string) => {
    code += text
    line += text.split('\n').length - 1
  }
  // The suite stands at the beginning of the file. Vitest asks for its tests once the module has run to its end.
  segments.push({ line, segment: [0, 0, 0, 0] })
  write(`describe(${named(title)}, { concurrent: false }, () => { beforeAll(build);`)
  for (const [index, { text, place }] of clauses.entries()) {
    write('\n'.repeat(Math.max(0, place.line - line)))
    const column = code.length - code.lastIndexOf('\n')
    write(' '.repeat(Math.max(0, place.column - column)))
    // Clauses that share a line have longer tests than themselves, and what a test calls stands behind its beginning.
    const from = code.length - code.lastIndexOf('\n') - 1
    segments.push({ line, segment: [from, 0, place.line - 1, place.column - 1] })
    write(`test(${named(text)}, { retry: 0 }, async context => { await check(${index}, context) });`)
  }
  // Never called: `vitest --changed` takes what a module imports for what it depends on.
  const imports = files.map(each => `import(${JSON.stringify(urlOf(each))})`)
  const own = JSON.stringify(ownModule('vitest/contract-tests'))
  write(
    `\n}); import { beforeAll, describe, openContract, test } from ${own}; ` +
      `const { build, check } = await openContract(${JSON.stringify(file)}, path => import(/* @vite-ignore */ path));`,
  )
  write(`\nexport const dependencies = () => [${imports.join(', ')}]\n`)
  const inLine = (number: number) =>
    segments.flatMap(({ line, segment }) => (line === number ? [segment] : []))
  const mappings = encode(Array.from({ length: line }, (_, i) => inLine(i + 1)))
  return { code, map: { version: 3, sources: [file], names: [], mappings }, files }
}

function named(text: string): string {
  return JSON.stringify(visibleText(text))
}
