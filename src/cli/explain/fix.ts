import { resolve } from 'node:path'
import type { Engine } from '../../builder/engine.ts'
import { InputError } from '../../errors.ts'
import type { FixedModel } from '../../explain/onnxruntime/remedy-rounds.ts'
import { dataFiles } from '../../onnx/external-data/data-files.ts'
import { readModel } from '../../onnx/read-model.ts'
import { withoutFolders } from '../../onnx/without-folders.ts'
import { inOneFile, writeModel } from '../../onnx/write-model.ts'
import { speedRatio } from '../../report/speed-ratio.ts'
import { visibleText } from '../../visible-text.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import type { Options } from '../options.ts'
import { checkWritable } from '../outputs/check-writable.ts'
import type { Terminal } from '../terminal.ts'

/** Where the fix goes: checked before anything is measured for it. */
export async function fixPath(options: Options): Promise<string | undefined> {
  const path = options.one('fix')
  if (path === undefined) return undefined
  if (options.flag('no-remedies')) {
    throw new InputError('`--fix` writes what remedies made, and `--no-remedies` tries none: leave one away')
  }
  if (options.positionals.some(file => resolve(file) === resolve(path))) {
    throw new InputError(`\`--fix ${path}\` is what is to be explained: name another file`)
  }
  await checkWritable(path, 'fix')
  return path
}

/** Writes the fastest model that remedies made of another, if there is one: with a data file beside it if that has one. */
export async function writeFix(
  path: string,
  { fixed, of }: { readonly fixed: FixedModel | undefined; readonly of: Pick<Engine, 'model'> },
  terminal: Terminal,
): Promise<ExitCode> {
  if (!fixed) {
    terminal.fail(`nothing was written to ${visibleText(path)}: no remedy made the model faster`)
    return exitCodes.notEvaluated
  }
  const beside = (await dataFiles(of.model)).length > 0
  const externalDataOver = beside ? 0 : inOneFile
  await writeModel(withoutFolders(await readModel(fixed.model)), path, { externalDataOver })
  const ids = [...new Set(fixed.changes.map(({ id }) => id))].join(', ')
  terminal.print(`\n${visibleText(path)}: the model with ${ids}, ${speedRatio(fixed.speed)}`)
  return exitCodes.upheld
}
