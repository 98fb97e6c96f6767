#!/usr/bin/env node
const causes: Readonly<Record<string, string>> = {
  EMFILE: 'too many open files: allow more (`ulimit -n`)',
  ENFILE: 'too many open files on this machine: close some',
  ENOMEM: 'out of memory: allow more (`ulimit -v`), or close other programs',
}

/** All else is loaded from here, so that what keeps it from being loaded is a sentence, too, and never exit code 1. */
async function main(): Promise<void> {
  const { runCommandLine } = await import('./commands.ts').catch((error: NodeJS.ErrnoException) => {
    const cause = causes[error.code ?? ''] ?? `${error.message}; install it again if this stays`
    process.stderr.write(`quantract cannot be loaded: ${cause}\n`)
    process.exit(3)
  })
  process.exitCode = await runCommandLine(process.argv.slice(2))
}

await main()
