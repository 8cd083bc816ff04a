import { access, constants, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceInFolder } from './files.ts'

/** What stands at a path that shall be written: an ordinary file or nothing can be replaced in one step. */
interface Target {
  /** With links followed. */
  readonly path: string
  readonly state: 'absent' | 'file' | 'other'
}

async function targetOf(path: string): Promise<Target> {
  try {
    const real = await realpath(path)
    const found = await stat(real)
    if (found.isDirectory()) throw Object.assign(new Error(`EISDIR: ${path}`), { code: 'EISDIR' })
    return { path: real, state: found.isFile() ? 'file' : 'other' }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { path, state: 'absent' }
    throw error
  }
}

/** Rejects with the error of the file system when nothing could be written there; changes nothing. The folder must be there. */
export async function checkWritable(path: string): Promise<void> {
  const target = await targetOf(path)
  if (target.state === 'absent') await access(dirname(target.path), constants.W_OK | constants.X_OK)
  else await access(target.path, constants.W_OK)
}

/**
 * Replaces a file in one step: whatever fails, what was there stays whole, and nothing half remains. A pipe or a device is
 * written to as it is, and so is a file in a folder where nothing can be added.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const target = await targetOf(path)
  const canAdd = await access(dirname(target.path), constants.W_OK).then(
    () => true,
    () => false,
  )
  if (target.state === 'other' || (target.state === 'file' && !canAdd)) return await writeFile(target.path, bytes)
  if (target.state === 'file') await access(target.path, constants.W_OK)
  await replaceInFolder(target.path, bytes)
}
