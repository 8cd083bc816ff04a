import { PassThrough, Readable } from 'node:stream'
import type { CliIo } from '../../../src/core/cli.ts'
import type { Classifier } from '../../../src/core/classifier.ts'
import type { WaitedEncoder } from '../../../src/core/encoder.ts'
import { PackageMissingError } from '../../../src/core/errors.ts'

/** A command's world in memory. */
export interface MemoryIo extends CliIo {
  readonly files: Map<string, Uint8Array>
  /** Everything written to standard output so far. */
  readonly output: () => string
  /** The same of standard error. */
  readonly errors: () => string
}

const answersHello: Classifier = {
  classify: () => ({
    intent: 'general.greeting',
    confidence: 0.9,
    stage: 'keywords',
    candidates: [],
    evidence: ['hello'],
  }),
}

/** Files and streams in memory; the bundled classifier takes everything for a greeting. */
export function createMemoryIo(
  parts: {
    stdin?: string | readonly (string | Uint8Array)[]
    files?: Record<string, string | Uint8Array>
    encoder?: WaitedEncoder
  } = {},
): MemoryIo {
  const files = new Map(
    Object.entries(parts.files ?? {}).map(([path, content]) => [
      path,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]),
  )
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const [output, errors] = [gather(stdout), gather(stderr)]
  const input = parts.stdin ?? ''
  return {
    stdin: Readable.from(typeof input === 'string' ? [Buffer.from(input)] : input.map((part) => Buffer.from(part))),
    stdout,
    stderr,
    readFile: (path) => {
      const bytes = files.get(path)
      if (bytes !== undefined) return Promise.resolve(bytes)
      return Promise.reject(Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' }))
    },
    checkWritable: () => Promise.resolve(),
    writeFile: (path, bytes) => {
      files.set(path, bytes)
      return Promise.resolve()
    },
    bundledClassifier: () => Promise.resolve(answersHello),
    openEncoder: () =>
      parts.encoder === undefined
        ? Promise.reject(new PackageMissingError('Install it with "npm install the-weights".'))
        : Promise.resolve(parts.encoder),
    files,
    output,
    errors,
  }
}

function gather(stream: PassThrough): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}

/** The lines of JSON a command printed. */
export function printedLines(io: MemoryIo): unknown[] {
  return io
    .output()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
}
