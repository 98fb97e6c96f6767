/**
 * Runs on the machine behind a launcher, with the Node.js there: makes of stdin and stdout what a host program has from a
 * parent process, and starts it.
 *
 *     node boot.mjs PROGRAM CPUS VERSION
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { deserialize, serialize } from 'node:v8'

const [, , program, pinTo, version] = process.argv
const write = process.stdout.write.bind(process.stdout)
// Whatever a library prints must not get between the messages.
process.stdout.write = (...args) => process.stderr.write(...args)

function send(message) {
  const body = serialize(message)
  const head = Buffer.alloc(4)
  head.writeUInt32LE(body.length)
  return write(Buffer.concat([head, body]))
}

write(`\u0000quantract ${version}\n`)

const [major, minor] = process.versions.node.split('.').map(Number)
const isOld = major < 20 || (major === 20 && minor < 19)
const runtime = isOld ? undefined : findRuntime()
if (isOld) {
  fail(
    `Node.js ${process.versions.node} there is too old: install 20.19 or later, or name its path as \`node\` of the target`,
  )
} else if (!runtime) {
  fail(
    `Node.js there has no onnxruntime-node: run \`npm install onnxruntime-node\` there in ${homedir()}, or set NODE_PATH`,
  )
} else {
  const pinned = pin(Number(pinTo))
  const cpuinfo = read('/proc/cpuinfo')
  send({
    about: {
      cpu: cpuName(),
      cores: cpus().length,
      flags: /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? '',
      platform: `${process.platform}-${process.arch}`,
      node: process.version,
      onnxruntime: runtime.version,
      ...(pinned !== undefined && { cpus: pinned }),
    },
  })
  process.send = send
  listen()
  // Its imports look beside it.
  const modules = join(dirname(program), '..', '..', '..', '..', 'node_modules')
  // Not recursive: a folder that has been removed meanwhile, because the connection is gone, must not come back.
  once(() => mkdirSync(modules))
  once(() => symlinkSync(runtime.folder, join(modules, 'onnxruntime-node')))
  await import(pathToFileURL(program).href)
}

/** Does what another process of ours may have done. */
function once(make) {
  try {
    make()
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
}

function fail(failed) {
  send({ failed })
  process.exitCode = 1
}

function findRuntime() {
  const prefix = join(dirname(process.execPath), '..')
  for (const place of [homedir(), process.cwd(), join(prefix, 'lib'), prefix]) {
    try {
      const path = createRequire(join(place, 'any.js')).resolve('onnxruntime-node/package.json')
      return { folder: dirname(path), version: JSON.parse(readFileSync(path, 'utf8')).version }
    } catch {
      // The next place.
    }
  }
  return undefined
}

/** Pins all threads to the last CPUs that they may use, if one is left for the rest. */
function pin(count) {
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(read('/proc/self/status'))?.[1] ?? ''
  const allowed = list.split(',').flatMap(range => {
    const [first, last = first] = range.split('-').map(Number)
    return Number.isNaN(first) ? [] : Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
  if (count === 0 || allowed.length <= count) return undefined
  const chosen = allowed.slice(-count).join(',')
  try {
    execFileSync('taskset', ['-apc', chosen, String(process.pid)], { stdio: 'ignore' })
    return chosen
  } catch {
    return undefined
  }
}

function cpuName() {
  const model = cpus()[0]?.model
  if (model && model !== 'unknown') return model
  return read('/proc/device-tree/model').replaceAll('\u0000', '') || 'unknown'
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function listen() {
  let chunks = []
  let bytes = 0
  process.stdin.on('data', chunk => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes < 4 || (chunks[0].length >= 4 && bytes < 4 + chunks[0].readUInt32LE(0))) return
    const all = Buffer.concat(chunks)
    let at = 0
    while (all.length - at >= 4 && all.length - at >= 4 + all.readUInt32LE(at)) {
      const length = all.readUInt32LE(at)
      process.emit('message', deserialize(all.subarray(at + 4, at + 4 + length)))
      at += 4 + length
    }
    chunks = [all.subarray(at)]
    bytes = all.length - at
  })
  process.stdin.on('end', () => process.emit('disconnect'))
}
