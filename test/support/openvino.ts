import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

/** Downloads of some 60 MB; whoever has no index of packages is told so at once. */
const installSeconds = 180

/**
 * Finds a Python with OpenVINO for the tests, or makes one, once for all runs on this machine, in the cache folder of its
 * user.
 */
export default async function findOpenvino(): Promise<void> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'quantract-tests')
  const kept = join(folder, 'openvino', 'bin', 'python')
  for (const python of [process.env.QUANTRACT_PYTHON, kept, 'python3']) {
    if (python !== undefined && (await hasOpenvino(python))) {
      process.env.QUANTRACT_TEST_OPENVINO = python
      return
    }
  }
  // Made apart and moved: two runs may make one at the same time.
  const own = join(folder, `openvino-${process.pid}`)
  try {
    await mkdir(folder, { recursive: true })
    await execa('python3', ['-m', 'venv', own])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'openvino']
    await execa(join(own, 'bin', 'python'), pip, { timeout: installSeconds * 1000 })
    await rm(join(folder, 'openvino'), { recursive: true, force: true })
    await rename(own, join(folder, 'openvino'))
    process.env.QUANTRACT_TEST_OPENVINO = kept
  } catch (error) {
    console.warn(`tests with OpenVINO skip: ${(error as Error).message.split('\n')[0]}`)
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}

async function hasOpenvino(python: string): Promise<boolean> {
  const { failed } = await execa(python, ['-c', 'import openvino'], { reject: false })
  return !failed
}

/** The Python that has OpenVINO; undefined if none could be made. */
export function openvinoPython(): string | undefined {
  return process.env.QUANTRACT_TEST_OPENVINO
}
