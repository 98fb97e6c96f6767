import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

/** Models that ONNX Runtime's Python quantizer made, by configuration, and why it made no others. */
export interface PythonRivals {
  readonly models: ReadonlyMap<string, string>
  readonly failures: Readonly<Record<string, string>>
}

const interpreter = process.env.QUANTRACT_PYTHON ?? 'python3'

/** Runs a script beside this file. */
export async function runPython(script: string, args: readonly string[]): Promise<void> {
  await execa(interpreter, [fileURLToPath(new URL(script, import.meta.url)), ...args], { stdout: 'ignore' })
}

/** Makes the rivals of a model, or takes those that are there. */
export async function pythonRivals(
  model: string,
  calibration: string,
  folder: string,
): Promise<PythonRivals> {
  const list = join(folder, 'rivals.json')
  if (!existsSync(list)) await runPython('rivals.py', [model, calibration, folder])
  const { failures } = JSON.parse(readFileSync(list, 'utf8')) as { failures: Record<string, string> }
  const files = readdirSync(folder).filter(file => /^[US]8S8-.*\.onnx$/.test(file))
  const nameOf = (file: string) =>
    `Python ${file.replace('.onnx', '').replace(/^(....)-(per-.*)-(.*)$/, '$1 $2 $3')}`
  return { models: new Map(files.map(file => [nameOf(file), join(folder, file)])), failures }
}
