import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The whole file, or undefined when there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Replaces a file in one step, so that nobody ever reads half of it. `mode` as for chmod; 0o600 is for the owner alone. Its
 * folder is made where it is not there. Where it fails, no half file is left behind.
 */
export async function replaceFile(path: string, content: Uint8Array | string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await replaceInFolder(path, content, mode)
}

/** The same in a folder that must be there. `mode`: as the process makes files, unless given. */
export async function replaceInFolder(path: string, content: Uint8Array | string, mode?: number): Promise<void> {
  const draft = `${path}.${process.pid}.draft`
  try {
    await writeFile(draft, content, mode === undefined ? {} : { mode })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined) // the first fault is the one to tell
    throw error
  }
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true })
}
