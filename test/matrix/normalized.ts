/**
 * What differs from run to run and from machine to machine, left out: times, speeds, dates, paths, versions, and what the machine
 * is. What is left has to be the same everywhere.
 *
 * @param folders whose names are replaced
 */
export function normalized(text: string, folders: readonly string[]): string {
  return (
    folders
      .reduce((shown, folder) => shown.replaceAll(folder.replace(/\/$/, ''), '<folder>'), text)
      .replaceAll('\r\n', '\n')
      // Lines of progress come every ten seconds, with what Vitest puts around them.
      .replaceAll(/^stdout \| .*\n(?:…[^\n]*\n)+\n?/gm, '')
      .replaceAll(/^…[^\n]*\n/gm, '')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, '<date>')
      .replaceAll(/(?<=Start at {2})[\d:]+/g, '<time>')
      .replaceAll(/(?<=(?:RUN|DEV) {2})v[\d.]+/g, 'v<version>')
      .replaceAll(/(?<=--outDir )\S+/g, '<folder>')
      .replaceAll(/(?<=Duration {2}).*/g, '<time>')
      .replaceAll(/"(startTime|endTime|duration|seconds|time)": ?[\d.]+/g, '"$1": <time>')
      .replaceAll(/(?<=\b(?:time|hostname|duration_ms)[=:]\s?"?)[^"\s]+/g, '<any>')
      // Rows of engines: the speed (on a busy machine without an interval), the build and the widths that follow from them.
      .replaceAll(
        /^(\s*)(\w+) +[\d.]+(?: \([\d.]+ to [\d.]+\))? {2,}(.*?) +[\d.]+ m?s(?: \(cached\))?$/gm,
        (_, before, name, rest) => `${before}${name} <fps> ${rest.replaceAll(/ {2,}/g, '  ')} <time>`,
      )
      .replaceAll(/^variant +fps.*$/gm, header => header.replaceAll(/ {2,}/g, '  '))
      .replaceAll(/\| [\d.]+ \([\d.]+ to [\d.]+\) \||\| [\d.]+ \|(?= \d+ of \d+ )/g, '| <fps> |')
      .replaceAll(/\| [\d.]+ m?s(?: \(cached\))? \|$/gm, '| <time> |')
      .replaceAll(/\b[\d.]+ ?(?:ms|s)\b/g, '<time>')
      // Said only where it took a while.
      .replaceAll(/(?<=\d \w+) in <time>/g, '')
      // The machine.
      .replaceAll(/^.*\(\d+ cores?\b.*ONNX Runtime [\d.]+/gm, '<machine>')
      .replaceAll(/(?<=<br>|^)\S[^\n|]*\(\d+ cores?\b[^\n]*ONNX Runtime [\d.]+/gm, '<machine>')
      .replaceAll(/[ \t]+$/gm, '')
      .trim()
  )
}
