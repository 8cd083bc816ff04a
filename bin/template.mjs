// Makes adapters/store/template-VERSION.tar.br: an empty database cluster, so that a first start need not run initdb.
// Run it after an update of PGlite: node bin/run.mjs bin/template.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'

export default async function makeTemplate() {
  const { version } = JSON.parse(
    readFileSync(new URL('../node_modules/@electric-sql/pglite/package.json', import.meta.url), 'utf8'),
  )
  const database = await PGlite.create()
  const cluster = Buffer.from(await (await database.dumpDataDir('none')).arrayBuffer())
  await database.close()
  const packed = brotliCompressSync(cluster, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: cluster.length,
    },
  })
  const path = new URL(`../adapters/store/template-${version}.tar.br`, import.meta.url)
  writeFileSync(path, packed)
  process.stderr.write(`Wrote ${path.pathname}: ${packed.length} bytes for ${cluster.length}.\n`)
  return 0
}
