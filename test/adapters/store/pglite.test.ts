import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openStore } from '../../../adapters/store/store.ts'
import { storeContract } from '../../contracts/store.ts'

const folder = mkdtempSync(join(tmpdir(), 'tuppence-store-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

storeContract('PGlite in memory', (now, newId) => openStore({ kind: 'memory' }, now, newId))
storeContract('PGlite in a folder', (now, newId) => openStore({ kind: 'folder', folder }, now, newId), 1000)
