import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassifierFileError } from '../../src/core/errors.ts'
import { readIfThere, removeFile, replaceFile } from './files.ts'

/** How a trained file is made and read. */
export interface Trained<Classifier> {
  /** Names what the file was trained on; another one makes another file. Lower-case hexadecimal digits. */
  readonly fingerprint: string
  /** @throws ClassifierFileError when the bytes are damaged */
  read(bytes: Uint8Array): Classifier
  train(): Promise<Uint8Array>
}

/**
 * What is kept in `folder` under the fingerprint, trained first when it is not there or damaged, so that only changed
 * intents are trained again. A folder that cannot be written costs the training at each start, nothing else.
 */
export async function keepTrained<Classifier>(folder: string, trained: Trained<Classifier>): Promise<Classifier> {
  const name = `classifier-${trained.fingerprint}.bin`
  const kept = await readIfThere(join(folder, name)).catch(() => undefined)
  const usable = kept === undefined ? undefined : readUndamaged(kept, trained)
  if (usable !== undefined) return usable
  const bytes = await trained.train()
  await replaceFile(join(folder, name), bytes)
    .then(() => removeOlder(folder, name))
    .catch(() => undefined) // read-only folder: train again next time
  return trained.read(bytes)
}

function readUndamaged<Classifier>(bytes: Uint8Array, trained: Trained<Classifier>): Classifier | undefined {
  try {
    return trained.read(bytes)
  } catch (error) {
    if (error instanceof ClassifierFileError) return undefined
    throw error
  }
}

async function removeOlder(folder: string, name: string): Promise<void> {
  for (const other of await readdir(folder)) {
    if (/^classifier-[0-9a-f]+\.bin$/.test(other) && other !== name) await removeFile(join(folder, other))
  }
}
