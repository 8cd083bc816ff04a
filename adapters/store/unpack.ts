import { extract } from 'tar'

/** The process that pglite.ts starts: unpacks the archive named first into the folder named second. */
const [file, cwd] = process.argv.slice(2)
if (file === undefined || cwd === undefined) throw new TypeError('unpack.ts takes an archive and a folder')
await extract({ file, cwd, brotli: true })
