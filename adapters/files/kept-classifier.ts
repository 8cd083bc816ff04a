import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ClassifierFileError } from '../../src/core/errors.ts'
import { readIfThere, removeFile, replaceFile } from './files.ts'

/** How a trained file is made and read. */
export interface Trained<Classifier> {
  /** Names what the file was trained on; another one makes another file. Lower-case hexadecimal digits. */
  readonly fingerprint: string
  /** With the stage of an encoder: kept beside the file without it, since either may be the one that is wanted next time. */
  readonly hasEncoder: boolean
  /** @throws ClassifierFileError when the bytes are damaged */
  read(bytes: Uint8Array): Classifier
  train(): Promise<Uint8Array>
  /** Told before a training. */
  onTraining?(): void
  /** Told of a kept file that cannot be used, before it is trained again: its name and why. */
  onRefused?(file: string, error: unknown): void
}

/**
 * What is kept in `folder` under the fingerprint, trained first when it is not there or damaged, so that only changed
 * intents are trained again. A folder that cannot be written costs the training at each start, nothing else.
 */
export async function keepTrained<Classifier>(folder: string, trained: Trained<Classifier>): Promise<Classifier> {
  const usable = await readTrained(folder, trained)
  if (usable !== undefined) return usable
  trained.onTraining?.()
  const bytes = await trained.train()
  await replaceFile(join(folder, nameOf(trained)), bytes)
    .then(() => removeOlder(folder, trained))
    .catch(() => undefined) // read-only folder: train again next time
  return trained.read(bytes)
}

/** What is kept in `folder` under the fingerprint; undefined when nothing is, or nothing that can be used. */
export async function readTrained<Classifier>(
  folder: string,
  trained: Omit<Trained<Classifier>, 'train' | 'onTraining'>,
): Promise<Classifier | undefined> {
  const path = join(folder, nameOf(trained))
  try {
    const kept = await readIfThere(path)
    return kept === undefined ? undefined : trained.read(kept)
  } catch (error) {
    // A fault of the file or of the disk; one of ours must not be taken for either.
    if (!(error instanceof ClassifierFileError) && !(error instanceof Error && 'syscall' in error)) throw error
    trained.onRefused?.(basename(path), error)
    return undefined
  }
}

type Named = Pick<Trained<unknown>, 'fingerprint' | 'hasEncoder'>

function nameOf({ fingerprint, hasEncoder }: Named): string {
  return `classifier-${hasEncoder ? 'encoder-' : ''}${fingerprint}.bin`
}

/** Of the files with and of those without an encoder one is kept each. */
async function removeOlder(folder: string, trained: Named): Promise<void> {
  const older = trained.hasEncoder ? /^classifier-encoder-[0-9a-f]+\.bin$/ : /^classifier-[0-9a-f]+\.bin$/
  for (const other of await readdir(folder)) {
    if (older.test(other) && other !== nameOf(trained)) await removeFile(join(folder, other))
  }
}
