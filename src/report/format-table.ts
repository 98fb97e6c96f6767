import { visibleText } from '../visible-text.ts'

/** Rows of cells as lines with aligned columns: the first to the left, the others to the right. */
export function formatTable(given: readonly (readonly string[])[]): string[] {
  const rows = given.map(row => row.map(visibleText))
  const [header = []] = rows
  const widths = header.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows.map(row =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  )
}
