import { join } from 'node:path'
import { readIfThere, removeFile, replaceFile } from './files.ts'

const name = 'running.json'

/** Leaves word in the data folder where this bot listens, readable by this user alone. */
export async function announceRunning(
  folder: string,
  running: { readonly url: string; readonly token: string },
): Promise<void> {
  await replaceFile(join(folder, name), JSON.stringify(running), 0o600)
}

/** Where the bot that holds the folder listens; undefined when it has not said so. */
export async function findRunning(folder: string): Promise<{ url: string; token: string } | undefined> {
  const bytes = await readIfThere(join(folder, name))
  const value = bytes === undefined ? undefined : parse(new TextDecoder().decode(bytes))
  if (typeof value !== 'object' || value === null || !('url' in value) || !('token' in value)) return undefined
  return { url: String(value.url), token: String(value.token) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not our writing, so nobody has said anything
  }
}

export async function forgetRunning(folder: string): Promise<void> {
  await removeFile(join(folder, name))
}
