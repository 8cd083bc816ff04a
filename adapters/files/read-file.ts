import { open } from 'node:fs/promises'

/** What a pipe may give; a file on a disk has its own length. */
const mostFromPipe = 1_073_741_824
/** A terminal may be read until its end; a device that is longer has none, as /dev/zero. */
const mostFromDevice = 1_048_576

/** The whole file; of what is none, as a pipe or a device, everything up to its end. Rejects when that does not come. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const found = await file.stat()
    if (found.isFile() || found.isDirectory()) return await file.readFile()
    const [kind, most] = found.isFIFO() ? (['a pipe', mostFromPipe] as const) : (['a device', mostFromDevice] as const)
    const parts: Uint8Array[] = []
    let total = 0
    for await (const part of file.createReadStream({ autoClose: false })) {
      if (!(part instanceof Uint8Array)) continue // cannot happen: the stream has no encoding
      total += part.length
      if (total > most) throw new Error(`it is no file but ${kind}, and does not end after ${most} bytes`)
      parts.push(part)
    }
    return Buffer.concat(parts)
  } finally {
    await file.close()
  }
}
