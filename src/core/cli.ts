import type { Classifier } from './classifier.ts'
import type { WaitedEncoder } from './encoder.ts'

/** What a command may touch of the world outside; a command has no other way out. */
export interface CliIo {
  readonly stdin: NodeJS.ReadableStream
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
  /** The whole file; rejects with the error of the file system. */
  readonly readFile: (path: string) => Promise<Uint8Array>
  /** Rejects with the error of the file system when `writeFile` could not write there; changes nothing. */
  readonly checkWritable: (path: string) => Promise<void>
  /** Replaces the file in one step, so that a failure leaves it as it is; rejects with the error of the file system. */
  readonly writeFile: (path: string, bytes: Uint8Array) => Promise<void>
  /** The classifier of the intents in `config/`. */
  readonly bundledClassifier: () => Promise<Classifier>
  /** The packaged sentence encoder; rejects with a PackageMissingError that names what to install. */
  readonly openEncoder: () => Promise<WaitedEncoder>
}

/** One command of `tuppence`. */
export interface CliCommand {
  /** One line for the list of commands. */
  readonly summary: string
  /** What `--help` prints, with an example. */
  readonly help: string
  /**
   * Runs the command.
   *
   * @returns the exit code: 0 done, 1 a promise not kept
   * @throws UsageError or another TuppenceError, whose message the caller prints before it exits with 2
   */
  run(args: string[], io: CliIo): Promise<number>
}
