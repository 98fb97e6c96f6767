import { sep } from 'node:path'

/**
 * A text in which files below a folder are named from there, as the user does who works in it. Messages of all kinds name
 * files by their absolute paths, because a contract is read from anywhere.
 */
export function pathsFromHere(text: string, folder = currentFolder()): string {
  if (!folder || !text.includes(folder)) return text
  const inside = folder.endsWith(sep) ? folder : `${folder}${sep}`
  return text.split(inside).reduce((before, after) =>
    // Part of a longer path or of a URL, or the folder itself.
    /[\w.:/\\~-]$/.test(before) || /^(?:\s|$)/.test(after)
      ? `${before}${inside}${after}`
      : `${before}${after}`,
  )
}

/** Undefined where it was removed meanwhile; in the root of all files nothing becomes shorter. */
function currentFolder(): string | undefined {
  try {
    const folder = process.cwd()
    return folder.endsWith(sep) ? undefined : folder
  } catch {
    return undefined
  }
}
