import { styleText } from 'node:util'

export interface PaintOptions {
  /** Whether the reader sees colours, which only the caller knows; default false. */
  readonly color?: boolean
}

type Style = 'bold' | 'dim' | 'cyan' | 'red' | 'green' | 'yellow'

/** Text in a style, or as it is where colours are not wanted. */
export function paint(style: Style, text: string, { color = false }: PaintOptions): string {
  return color ? styleText(style, text, { validateStream: false }) : text
}
