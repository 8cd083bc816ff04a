import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openStore } from '../../../adapters/store/store.ts'
import { storeContract } from '../../contracts/store.ts'

const folder = mkdtempSync(join(tmpdir(), 'tuppence-store-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

storeContract('PGlite', (now, newId) => openStore({ kind: 'folder', folder }, now, newId))
