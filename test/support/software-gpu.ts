import { existsSync } from 'node:fs'
import { execa } from 'execa'

/** SwiftShader, a Vulkan driver that computes on the CPU, as Debian's Chromium brings it. */
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json'

/** The environment in which Vulkan has a GPU that is a program, or what is missing. */
export async function softwareGpu(): Promise<{ readonly VK_ICD_FILENAMES: string } | { missing: string }> {
  const loader = await execa('ldconfig', ['-p'], {
    reject: false,
    env: { PATH: `${process.env.PATH}:/sbin` },
  })
  return loader.stdout?.includes('libvulkan.so.1') && existsSync(driver)
    ? { VK_ICD_FILENAMES: driver }
    : { missing: 'there is no Vulkan device: install chromium and libvulkan1 (Debian, x64)' }
}
