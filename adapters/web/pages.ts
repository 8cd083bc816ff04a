import { readFile, readdir } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'

const folder = new URL('pages/', import.meta.url)

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface Page {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
}

/** Everything the browser may load, read once: the pages of this folder and the one library they use. */
async function readPages(): Promise<ReadonlyMap<string, Page>> {
  const pages = new Map<string, Page>()
  for (const name of await readdir(folder)) {
    const type = types[extname(name)]
    if (type !== undefined) pages.set(name, { type, body: new Uint8Array(await readFile(new URL(name, folder))) })
  }
  const library = await readFile(fileURLToPath(import.meta.resolve('htm/preact/standalone')))
  pages.set('preact.js', { type: 'text/javascript; charset=utf-8', body: new Uint8Array(library) })
  return pages
}

/** Serves the playground at `/` and its files at `/assets/`. */
export async function createPages(): Promise<Hono> {
  const pages = await readPages()
  const app = new Hono()
  const serve = (name: string): Response | undefined => {
    const page = pages.get(name)
    return page === undefined
      ? undefined
      : new Response(page.body, { headers: { 'content-type': page.type, 'cache-control': 'no-cache' } })
  }
  app.get('/', (context) => serve('index.html') ?? context.notFound())
  app.get('/favicon.ico', (context) => serve('favicon.svg') ?? context.notFound())
  app.get('/assets/:name', (context) => serve(context.req.param('name')) ?? context.notFound())
  return app
}
