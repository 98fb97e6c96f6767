import { execa } from 'execa'
import { environment } from '../../src/engine/environment.ts'

/** An emulated CPU with AVX2 whose 8-bit products are added in 16 bits, which saturate. */
const haswell = 'qemu-x86_64 -cpu Haswell'

/**
 * What host processes are started with so that they run on x86 without VNNI: the empty string where this CPU has none,
 * an emulator where one is installed, otherwise nothing, and the reason.
 */
export async function withoutVnni(): Promise<{ readonly launcher: string } | { readonly missing: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: 'kernels overflow on x86 only' }
  }
  if (!environment().instructionSets.some(set => set.includes('vnni'))) return { launcher: '' }
  const emulator = await execa('qemu-x86_64', ['--version'], { reject: false })
  return emulator.failed
    ? { missing: 'this CPU has VNNI and does not overflow; install qemu-user to emulate one without' }
    : { launcher: haswell }
}
