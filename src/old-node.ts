/** Vitest 5 needs this version of Node.js, or a later one: with an earlier one it starts, and breaks when a test fails. */
const nodeForVitest5 = [22, 12] as const

/** A sentence if this Node.js is too old for a version of Vitest. */
export function oldNode(vitest: string, node: string = process.versions.node): string | undefined {
  const [major, minor] = node.split('.').map(Number) as [number, number]
  const isOld = major < nodeForVitest5[0] || (major === nodeForVitest5[0] && minor < nodeForVitest5[1])
  if (Number(vitest.split('.')[0]) < 5 || !isOld) return undefined
  return `Vitest ${vitest} needs Node.js ${nodeForVitest5.join('.')} or later, this is ${node}: take a later one, or Vitest 4`
}
