import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A registry of npm that has our packed package; whatever else it is asked for is at the usual one. */
export interface Registry {
  readonly url: string
  close(): void
}

/** @param tarball what `npm pack` made */
export async function registryWithOurs(tarball: string, usual: string): Promise<Registry> {
  const { name, version, ...rest } = JSON.parse(await readFile('package.json', 'utf8')) as {
    readonly name: string
    readonly version: string
  }
  const server = createServer(async ({ url: path = '/' }, response) => {
    if (path === `/${name}`) {
      const ours = { name, version, ...rest, dist: { tarball: `${url}/${name}.tgz` } }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: ours } }))
    } else if (path === `/${name}.tgz`) {
      response.end(await readFile(tarball))
    } else {
      response.writeHead(307, { location: new URL(path, usual).href }).end()
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, close: () => server.close() }
}
