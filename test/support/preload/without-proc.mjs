/** Loaded before a program and all that it starts (`NODE_OPTIONS=--import=...`): there is no /proc, as on Windows and macOS. */
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

function refuse(path) {
  if (typeof path !== 'string' || !path.startsWith('/proc/')) return
  throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' })
}
for (const name of ['readFile', 'readdir', 'open', 'stat']) {
  const real = promises[name]
  promises[name] = async (path, ...rest) => {
    refuse(path)
    return real(path, ...rest)
  }
}
for (const name of ['readFileSync', 'readdirSync', 'openSync', 'statSync']) {
  const real = fs[name]
  fs[name] = (path, ...rest) => {
    refuse(path)
    return real(path, ...rest)
  }
}
syncBuiltinESMExports()
