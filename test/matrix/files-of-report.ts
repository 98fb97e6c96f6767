/** What the UI and the HTML report know of a task. */
interface Task {
  readonly name: string
  readonly location?: { readonly line: number; readonly column: number }
  readonly result?: { readonly state: string; readonly errors?: readonly { readonly message: string }[] }
  readonly annotations?: readonly {
    readonly type: string
    readonly message: string
    readonly attachment?: { readonly contentType?: string }
  }[]
  readonly tasks?: readonly Task[]
}

/** The tests of a report as an outline: state, name, place, annotations and errors. */
export function filesOfReport(report: unknown): string {
  const files = (Object(report) as { readonly files?: readonly Task[] }).files ?? []
  return files.flatMap(file => outline(file, '')).join('\n')
}

function outline({ name, location, result, annotations = [], tasks = [] }: Task, indent: string): string[] {
  const place = location ? ` at ${location.line}:${location.column}` : ''
  const inner = `${indent}  `
  return [
    `${indent}${result?.state ?? 'not run'} ${name}${place}`,
    ...annotations.map(
      ({ type, message, attachment }) =>
        `${inner}${type}${attachment ? ` with ${attachment.contentType}` : ''}: ${indented(message, inner)}`,
    ),
    ...(result?.errors ?? []).map(({ message }) => `${inner}error: ${indented(message, inner)}`),
    ...tasks.flatMap(task => outline(task, inner)),
  ]
}

function indented(text: string, indent: string): string {
  return text.replaceAll('\n', `\n${indent}`)
}
