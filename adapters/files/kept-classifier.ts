import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfThere, removeFile, replaceFile } from './files.ts'

/**
 * A trained file kept in `folder` under the fingerprint of what it was trained on, so that only changed intents are
 * trained again. A folder that cannot be written costs the training at each start, nothing else.
 */
export async function keepTrained(folder: string, fingerprint: string, train: () => Uint8Array): Promise<Uint8Array> {
  const name = `classifier-${fingerprint}.bin`
  const kept = await readIfThere(join(folder, name)).catch(() => undefined)
  if (kept !== undefined) return kept
  const trained = train()
  await replaceFile(join(folder, name), trained)
    .then(() => removeOlder(folder, name))
    .catch(() => undefined) // read-only folder: train again next time
  return trained
}

async function removeOlder(folder: string, name: string): Promise<void> {
  for (const other of await readdir(folder)) {
    if (/^classifier-[0-9a-f]+\.bin$/.test(other) && other !== name) await removeFile(join(folder, other))
  }
}
