import { rmSync } from 'node:fs'
import { newDataFolder } from '../data-folder.ts'
import { racePromises } from './budget-race-promises.ts'

racePromises('PGlite', 10_000, async (work) => {
  const folder = newDataFolder()
  try {
    await work({ kind: 'folder', folder })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
