/** Controls, line breaks, lone surrogates, and what changes the direction of text or is not seen, but for joiners of emoji. */
const hidden = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** What CI services take for a command: `::error` at the start of a line, `##[group]` and `##vso[...]` anywhere. */
const command = /^(\s*):(?=:)|#(?=#(?:\[|vso\[|teamcity\[))/g

const shortForms: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * A text from a user's file - a title, a name, a reason - as one line that shows what is in it: no terminal obeys it, no
 * line of it passes for one of ours, and no CI service reads a command in it. Applied again it changes nothing.
 *
 * @example visibleText('conv\u001b[31m\n::error') // => 'conv\\u001b[31m\\n::error'
 */
export function visibleText(text: string): string {
  return text.replace(hidden, escaped).replace(command, found => found.replace(/[:#]$/, escaped))
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16)
  return shortForms[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`)
}
