/**
 * The Python of a target: what it names, here `QUANTRACT_PYTHON`, or the one that is called so. A variable of ours says nothing of
 * another machine.
 */
export function pythonOf({
  python,
  launcher,
}: {
  readonly python?: string
  readonly launcher?: readonly string[]
}): string {
  return python ?? ((launcher === undefined && process.env.QUANTRACT_PYTHON) || 'python3')
}
