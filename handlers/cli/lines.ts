import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { CliIo } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { foreignEncoding } from './encodings.ts'

/** One line of a file or stream, without its line end. */
export interface Line {
  /** Counted from 1. */
  readonly number: number
  readonly text: string
}

/** A longer line is refused: it is not a message, and it would fill the memory. */
export const longestLine = 1_048_576
const largestFile = 1_073_741_824
const batchCharacters = 65_536

function withoutLineEnd(text: string, end: number, start: number): string {
  return text.slice(start, end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end)
}

/**
 * The lines of a stream of UTF-8; a byte order mark is dropped, and a last line need not end.
 *
 * @param name what an error calls the stream
 * @throws UsageError when a line has more than a million characters, or the stream is in UTF-16 or UTF-32
 */
export async function* readLines(chunks: AsyncIterable<unknown>, name: string): AsyncGenerator<readonly Line[]> {
  const decoder = new TextDecoder()
  let rest = ''
  let number = 0
  let isBeginning = true
  for await (const chunk of chunks) {
    const foreign = isBeginning && chunk instanceof Uint8Array ? foreignEncoding(chunk) : undefined
    if (foreign !== undefined) throw new UsageError(`${name}: ${foreign}`)
    isBeginning = false
    const text = rest + (chunk instanceof Uint8Array ? decoder.decode(chunk, { stream: true }) : String(chunk))
    const lines: Line[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      lines.push({ number: ++number, text: withoutLineEnd(text, end, start) })
      start = end + 1
    }
    rest = text.slice(start)
    const longest = Math.max(rest.length, ...lines.map((line) => line.text.length))
    if (longest > longestLine) {
      throw new UsageError(
        `${name}: a line after line ${number - lines.length} has more than ${longestLine} characters; give one message a line.`,
      )
    }
    if (lines.length > 0) yield lines
  }
  rest += decoder.decode()
  if (rest !== '') yield [{ number: number + 1, text: withoutLineEnd(rest, rest.length, 0) }]
}

/** Why a file could not be read or written, in a few words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'no such file'
  if (code === 'ENOTDIR') return 'its folder is a file'
  if (code === 'EROFS') return 'the disk is read-only'
  if (code === 'ENOSPC') return 'the disk is full'
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  if (code === 'EISDIR') return 'this is a folder, not a file'
  return error instanceof Error ? error.message : String(error)
}

/**
 * The bytes of a file an argument names.
 *
 * @throws UsageError naming the file and the reason
 */
export async function readArgumentFile(path: string, io: CliIo): Promise<Uint8Array> {
  try {
    return await io.readFile(path)
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${reasonOf(error)}); check the path.`, error)
  }
}

/**
 * Looks whether `--out` could be written, before the work that fills it.
 *
 * @param reads a file the command reads, which must not be written over
 * @throws UsageError naming the file and the reason
 */
export async function checkArgumentFile(
  path: string,
  io: CliIo,
  reads?: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await io.checkWritable(path)
  } catch (error) {
    throw new UsageError(`${path}: cannot be written (${reasonOf(error)}); give another --out.`, error)
  }
  for (const [flag, other] of Object.entries(reads ?? {})) {
    // By another name, or through a link, it is the same file with the same content.
    const isSame = resolve(path) === resolve(other) || (await haveSameContent(path, other, io))
    if (isSame) throw new UsageError(`--out and --${flag} are the same file "${path}"; give another --out.`)
  }
}

async function haveSameContent(path: string, other: string, io: CliIo): Promise<boolean> {
  try {
    const [bytes, others] = [await io.readFile(path), await io.readFile(other)]
    return bytes.length > 0 && Buffer.compare(bytes, others) === 0
  } catch {
    return false // one of them is not there, or cannot be read, which is told where it is read
  }
}

/**
 * Writes a file an argument names.
 *
 * @throws UsageError naming the file and the reason
 */
export async function writeArgumentFile(file: { path: string; bytes: Uint8Array }, io: CliIo): Promise<void> {
  try {
    await io.writeFile(file.path, file.bytes)
  } catch (error) {
    throw new UsageError(`${file.path}: cannot be written (${reasonOf(error)}); give another --out.`, error)
  }
}

/** By the first two bytes, whatever the file is called. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * The text of a file, unpacked when it is gzip (known by its first two bytes, not by its name).
 *
 * @throws UsageError naming the file and the reason
 */
export async function readTextBytes(path: string, io: CliIo): Promise<Uint8Array> {
  const bytes = await readArgumentFile(path, io)
  if (!isGzip(bytes)) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: largestFile })
  } catch (error) {
    throw new UsageError(`${path}: is gzip but cannot be unpacked (${reasonOf(error)}); pack it again.`, error)
  }
}

/** Bytes in pieces, so that one line does not hold up the next and no string grows too long. */
export async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += batchCharacters)
    yield bytes.subarray(start, start + batchCharacters)
}

/** Writes text in batches, waits when the reader is slower, and notices when it has gone. */
export interface BatchWriter {
  /** False once the reader has closed the pipe: there is no use in going on. */
  write(text: string): Promise<boolean>
  end(): Promise<boolean>
}

/** A writer on a stream; call `end` when done, also after a failure. */
export function createBatchWriter(stream: NodeJS.WritableStream): BatchWriter {
  let batch = ''
  let failure: Error | undefined
  let wake: (() => void) | undefined
  const onFailure = (error: Error): void => {
    failure = error
    wake?.()
  }
  const onDrain = (): void => wake?.()
  stream.on('error', onFailure)
  stream.on('drain', onDrain)
  stream.on('close', onDrain)

  async function flush(): Promise<boolean> {
    if (failure === undefined && batch !== '') {
      const drained = new Promise<void>((resolve) => {
        wake = resolve
      })
      const isFull = !stream.write(batch)
      batch = ''
      if (isFull && stream.writable) await drained
    }
    if (failure !== undefined && !('code' in failure && failure.code === 'EPIPE')) throw failure
    return failure === undefined && stream.writable
  }

  return {
    async write(text) {
      batch += text
      return batch.length < batchCharacters ? failure === undefined : flush()
    },
    async end() {
      const isOpen = await flush()
      stream.off('drain', onDrain)
      stream.off('close', onDrain)
      // The listener for errors stays: a broken pipe may be reported after the last write.
      return isOpen
    },
  }
}
