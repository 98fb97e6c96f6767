const mostCharacters = 300

/** Where in OpenVINO's sources a check failed, and what every refusal begins with: nothing for its users. */
const noise = [
  /^Exception from \S+:\d+:\s*/gm,
  /^Check '.*' failed at \S+:\d+:\s*/gm,
  /^FrontEnd API failed with \w+:\s*/gm,
]

/**
 * What OpenVINO says of a model that it refuses, in one line, the node first. It is told over many lines, with the places in its
 * own sources.
 *
 * @param nodesOf - names of the nodes of an operator in the model, where that is known
 */
export function whyRefused(
  message: string,
  nodesOf: (operator: string) => readonly string[] = () => [],
): string {
  const unknown = /No conversion rule found for operations: (.+)/.exec(message)?.[1]
  if (unknown !== undefined) return unknownOperators(unknown.trim().split(/,\s*/), nodesOf)
  const [, operator, node] = /<Node\((\w+)\): ([^>\n]+)>/.exec(message) ?? []
  const after = node === undefined ? message : message.slice(message.indexOf(`${node}>`) + node.length + 1)
  const [first = ''] = after.replace(/^':?\s*/, '').split(/\n\s*(?:--|While validating|Summary:)/)
  const lines = noise
    .reduce((text, pattern) => text.replace(pattern, ''), first)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const said = (lines.length > 0 ? lines.slice(0, 2).join(' ') : message.trim()).slice(0, mostCharacters)
  return node === undefined ? said : `node \`${node}\` (${operator}): ${said}`
}

/** `Frobnicate-17`: an operator of the standard has the version of its set behind its name, others their domain before it. */
function unknownOperators(
  listed: readonly string[],
  nodesOf: (operator: string) => readonly string[],
): string {
  const operators = [...new Set(listed.map(each => each.replace(/-\d+$/, '').replace(/^.*(?:::|\.)/, '')))]
  return operators
    .map(operator => {
      const [node] = nodesOf(operator)
      return node === undefined
        ? `it knows no operator ${operator}`
        : `node \`${node}\`: it knows no operator ${operator}`
    })
    .join('; ')
}
