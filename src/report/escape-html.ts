import { visibleText } from '../visible-text.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text that stands in HTML or SVG as it is. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"]/g, character => entities[character]!)
}
