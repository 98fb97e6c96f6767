import { visibleText } from '../visible-text.ts'

/** A table of GitHub's Markdown. Cells are shown as they are. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

/** Text as it is but for `code`: names of layers hold what Markdown has meanings for. */
export function markdownText(text: string): string {
  return visibleText(text)
    .replace(/[|<>*_[\]]/g, '\\$&')
    .replace(/`[^`]*`/g, code => code.replace(/\\(?=[<>*_[\]])/g, ''))
}
