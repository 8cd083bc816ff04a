import { fileURLToPath } from 'node:url'

/** A folder of configuration in which nobody is limited: tests write faster than customers do. */
export const unlimitedFolder = fileURLToPath(new URL('unlimited/', import.meta.url))
