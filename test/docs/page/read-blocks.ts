/** A part of a page that is acted on, in the order of the page. */
export type Block =
  | { readonly kind: 'commands'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  /** Lines that the commands before it print, or how they begin. */
  | { readonly kind: 'printed'; readonly lines: readonly string[] }

/**
 * The fenced blocks of a page: `sh` is typed, `text` is what that prints, `json` is only shown, and any other is saved under the name that the line before it
 * gives ("Save this as `train.py`").
 *
 * @throws Error if a block is none of these
 */
export function readBlocks(page: string): Block[] {
  return [...page.matchAll(/([^\n]*)\n+```(\w*)\n([\s\S]*?)\n```$/gm)].flatMap(
    ([, before = '', language, text = '']): Block[] => {
      if (language === 'json') return []
      if (language === 'sh') return [{ kind: 'commands', text }]
      if (language === 'text') return [{ kind: 'printed', lines: text.split('\n') }]
      const name = before.match(/[Ss]ave this as `([^`]+)`/)?.[1]
      if (name === undefined) throw new Error(`what is to be done with this block?\n${text}`)
      return [{ kind: 'file', name, text: `${text}\n` }]
    },
  )
}
