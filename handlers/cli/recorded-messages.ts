import type { CliIo } from '../../src/core/cli.ts'
import type { RecordedMessage } from '../../src/simulation/replay.ts'
import { readRecordedLines } from '../../src/simulation/recorded-lines.ts'
import { inPieces, readLines, readTextBytes, type Line } from './lines.ts'

/**
 * The recorded messages of a file (JSON Lines, .gz accepted), or of standard input for `-`.
 * @throws UsageError naming file, line, field and value
 */
export async function readRecordedMessages(path: string, io: CliIo): Promise<readonly RecordedMessage[]> {
  const chunks = path === '-' ? io.stdin : inPieces(await readTextBytes(path, io))
  const lines: Line[] = []
  for await (const some of readLines(chunks, path === '-' ? 'standard input' : path)) lines.push(...some)
  return readRecordedLines(lines, path === '-' ? 'standard input' : path)
}
