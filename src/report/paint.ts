import { styleText } from 'node:util'
import { visibleText } from '../visible-text.ts'

export interface PaintOptions {
  /** Whether the reader sees colours, which only the caller knows; default false. */
  readonly color?: boolean
}

type Style = 'bold' | 'dim' | 'cyan' | 'red' | 'green' | 'yellow'

/** Text in a style, or without it where colours are not wanted. */
export function paint(style: Style, text: string, { color = false }: PaintOptions): string {
  const shown = visibleText(text)
  return color ? styleText(style, shown, { validateStream: false }) : shown
}
