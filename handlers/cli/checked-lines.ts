import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { foreignEncoding } from './encodings.ts'
import { inPieces, isGzip, longestLine, reasonOf } from './lines.ts'

/** A line of a file, or why it is no text. */
export type CheckedLine =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly problem: string }

/** Unpacked, a few kilobytes may become any amount. */
const mostUnpackedBytes = 1_073_741_824

const nothing: Uint8Array = new Uint8Array(0)
const lineFeed = 10
const carriageReturn = 13

/**
 * The lines of a file in UTF-8, plain or gzip. What is not text is told with its line and does not end the reading; only a
 * file of another encoding altogether and a damaged gzip end it. A byte order mark at the beginning is dropped.
 */
export async function* readCheckedLines(bytes: Uint8Array): AsyncGenerator<readonly CheckedLine[]> {
  let rest = nothing
  let number = 0
  try {
    for await (const chunk of isGzip(bytes) ? unpack(bytes) : inPieces(bytes)) {
      const foreign = number === 0 && rest.length === 0 ? foreignEncoding(chunk) : undefined
      if (foreign !== undefined) {
        yield [{ number: 1, problem: foreign }]
        return
      }
      const lines: CheckedLine[] = []
      let start = 0
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
        lines.push(toLine(++number, joined(rest, chunk.subarray(start, end))))
        rest = nothing
        start = end + 1
      }
      rest = joined(rest, chunk.subarray(start))
      if (lines.length > 0) yield lines
    }
  } catch (error) {
    const problem = `the gzip file is cut or damaged here (${reasonOf(error)}); pack or download it again.`
    yield [{ number: number + 1, problem }]
    return
  }
  if (rest.length > 0) yield [toLine(number + 1, rest)]
}

async function* unpack(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  const packed = Readable.from(inPieces(bytes))
  packed.pipe(gunzip)
  let total = 0
  try {
    for await (const chunk of gunzip) {
      if (!(chunk instanceof Uint8Array)) continue // cannot happen: the stream has no encoding
      total += chunk.length
      if (total > mostUnpackedBytes) throw new RangeError('it unpacks to more than 1 GiB')
      yield chunk
    }
  } finally {
    packed.destroy()
    gunzip.destroy()
  }
}

/** One byte more than a line may have is enough to refuse it. */
function joined(rest: Uint8Array, more: Uint8Array): Uint8Array {
  if (rest.length === 0) return more
  return rest.length > longestLine ? rest : Buffer.concat([rest, more])
}

function toLine(number: number, whole: Uint8Array): CheckedLine {
  const end = whole.at(-1) === carriageReturn ? whole.length - 1 : whole.length
  const start = number === 1 && whole[0] === 0xef && whole[1] === 0xbb && whole[2] === 0xbf ? 3 : 0
  const bytes = Buffer.from(whole.buffer, whole.byteOffset + start, end - start)
  if (bytes.length > longestLine)
    return { number, problem: `longer than ${longestLine} bytes; give one message a line.` }
  if (bytes.includes(0)) return { number, problem: `a NUL byte in column ${bytes.indexOf(0) + 1}; remove it.` }
  if (!isUtf8(bytes)) return { number, problem: describeBroken(bytes) }
  const text = bytes.toString('utf8')
  if (text.startsWith('\uFEFF'))
    return { number, problem: 'a byte order mark in the middle of the file, as joined files have it; remove it.' }
  return { number, text }
}

function describeBroken(bytes: Buffer): string {
  const at = Math.max(0, bytes.toString('utf8').indexOf('\uFFFD'))
  const offset = Buffer.byteLength(bytes.toString('utf8').slice(0, at))
  const byte = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0')
  return (
    `not UTF-8 (byte 0x${byte} in column ${at + 1}); save the file as UTF-8, ` +
    'for example `iconv -f windows-1252 -t utf-8 FILE > NEW`.'
  )
}
