/**
 * A script for `sh` that runs a command in a folder for as long as stdin stays open: if we are killed, or the launcher is,
 * what runs there sees the end of stdin and nothing else, and would go on. In braces, so that `sh` has read all of it before
 * it begins.
 *
 * @param isOwnGroup - whether all processes of its group are the command's: those that it has started are ended with it
 */
export function attended(command: readonly string[], folder: string, isOwnGroup: boolean): string {
  const at = quoted(folder)
  const kill = isOwnGroup ? "trap '' TERM; kill 0" : 'kill $command'
  const killNow = isOwnGroup ? 'kill -9 0' : 'kill -9 $command'
  return `{
mkdir -p ${at} && cd ${at} || exit
exec 3<&0
${command.map(quoted).join(' ')} </dev/null 3<&- & command=$!
{ while read -r _ <&3; do :; done; ${kill}; sleep 2; ${killNow}; } >/dev/null 2>&1 & watcher=$!
wait $command; code=$?
kill $watcher; exit $code
}
`
}

/** A word for `sh`, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
