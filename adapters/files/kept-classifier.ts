import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ClassifierFileError } from '../../src/core/errors.ts'
import { readIfThere, removeFile, replaceFile } from './files.ts'

/** How a trained file is made and read. */
export interface Trained<Classifier> {
  /** Names what the file was trained on; another one makes another file. Lower-case hexadecimal digits. */
  readonly fingerprint: string
  /** @throws ClassifierFileError when the bytes are damaged */
  read(bytes: Uint8Array): Classifier
  train(): Promise<Uint8Array>
  /** Told of a kept file that cannot be used, before it is trained again: its name and why. */
  onRefused?(file: string, error: unknown): void
}

/**
 * What is kept in `folder` under the fingerprint, trained first when it is not there or damaged, so that only changed
 * intents are trained again. A folder that cannot be written costs the training at each start, nothing else.
 */
export async function keepTrained<Classifier>(folder: string, trained: Trained<Classifier>): Promise<Classifier> {
  const name = `classifier-${trained.fingerprint}.bin`
  const usable = await readKept(join(folder, name), trained)
  if (usable !== undefined) return usable
  const bytes = await trained.train()
  await replaceFile(join(folder, name), bytes)
    .then(() => removeOlder(folder, name))
    .catch(() => undefined) // read-only folder: train again next time
  return trained.read(bytes)
}

/** Undefined when nothing is kept, or nothing that can be used. */
async function readKept<Classifier>(path: string, trained: Trained<Classifier>): Promise<Classifier | undefined> {
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

async function removeOlder(folder: string, name: string): Promise<void> {
  for (const other of await readdir(folder)) {
    if (/^classifier-[0-9a-f]+\.bin$/.test(other) && other !== name) await removeFile(join(folder, other))
  }
}
