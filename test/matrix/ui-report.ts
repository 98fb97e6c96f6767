import { createServer } from 'node:net'
import { printed } from './printed.ts'
import type { StartVitest } from './vitest-starter.ts'

/** How long a run may take, in ms. */
const patience = 120_000

/** The UI: it stays, so there is no exit code; its page is asked for after the run. */
export async function uiReport({
  start,
  args,
}: {
  readonly start: StartVitest
  readonly args: readonly string[]
}) {
  const port = await freePort()
  const vitest = start([
    '--watch',
    ...args,
    '--ui',
    '--open=false',
    `--api.port=${port}`,
    '--api.host=127.0.0.1',
  ])
  const named = (text: string) =>
    text.replaceAll(String(port), '<port>').replaceAll(/token=[\w-]+/g, 'token=<token>')
  let [stdout, stderr] = ['', '']
  try {
    await new Promise<void>((resolve, reject) => {
      const timeout = setTimeout(
        () => reject(new Error(`the UI has not finished a run:\n${stdout}${stderr}`)),
        patience,
      )
      const end = () => {
        clearTimeout(timeout)
        resolve()
      }
      vitest.stderr.on('data', chunk => {
        stderr += String(chunk)
      })
      vitest.stdout.on('data', chunk => {
        stdout += String(chunk)
        if (/Waiting for file changes|Watching for file changes/.test(stdout)) end()
      })
      vitest.stdout.on('end', end)
    })
    const address = /https?:\/\/\S+__vitest__\/\S*/.exec(stdout)?.[0]
    const page = address === undefined ? undefined : await pageAt(address)
    const title = page && /<title>(.*?)<\/title>/.exec(await page.text())?.[1]
    return {
      exitCode: undefined,
      parts: {
        ...printed({ stdout: named(stdout), stderr }),
        page: `${page?.status}: ${title}`,
      },
    }
  } finally {
    vitest.kill('SIGTERM')
    await vitest
  }
}

/** Vitest 5 gives a cookie for the token of the address, and the page for the cookie. */
async function pageAt(address: string): Promise<Response> {
  const first = await fetch(address, { redirect: 'manual' })
  const cookie = first.headers.getSetCookie().map(each => each.split(';')[0]!)
  if (first.status < 300 || first.status >= 400) return first
  const next = new URL(first.headers.get('location')!, address)
  return fetch(next, { headers: { cookie: cookie.join('; ') } })
}

/** Vitest takes the next one if the port is taken; nothing else of this machine should. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
