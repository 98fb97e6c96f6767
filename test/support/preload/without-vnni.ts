import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { environment } from '../../../src/engine/environment.ts'

/** What host processes are started with so that they run as on x86 without VNNI, or why they cannot. */
export type WithoutVnni = { readonly launcher: string } | { readonly missing: string }

/** An emulated CPU with AVX2 whose 8-bit products are added in 16 bits, which saturate. */
const haswell = 'qemu-x86_64 -cpu Haswell'

/**
 * The empty launcher where this CPU has no VNNI, one that hides it where CPUID can be trapped, by a library that is compiled
 * into `directory`, and otherwise an emulator, some 100 times slower.
 */
export async function withoutVnni(directory: string): Promise<WithoutVnni> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: 'kernels overflow on x86 only' }
  }
  if (!environment().instructionSets.some(set => set.includes('vnni'))) return { launcher: '' }
  const hiding = await hidingVnni(directory)
  if (hiding) return { launcher: hiding }
  const emulator = await execa('qemu-x86_64', ['--version'], { reject: false })
  return emulator.failed
    ? {
        missing:
          'this CPU has VNNI and does not overflow; install a C compiler to hide it, or qemu-user to emulate one without',
      }
    : { launcher: haswell }
}

/** Words that hide VNNI from a program, or nothing where there is no compiler or CPUID cannot be trapped. */
async function hidingVnni(directory: string): Promise<string | undefined> {
  const source = fileURLToPath(new URL('without-vnni.c', import.meta.url))
  const library = join(directory, 'without-vnni.so')
  const quietly = { reject: false } as const
  const compiled = await execa('cc', ['-shared', '-fPIC', '-O1', '-o', library, source], quietly)
  if (compiled.failed) return undefined
  const preload = `LD_PRELOAD=${library}`
  const tried = await execa('env', [preload, 'true'], quietly)
  return tried.failed ? undefined : `env ${preload}`
}
