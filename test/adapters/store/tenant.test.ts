import { openDatabase } from '../../../adapters/store/open.ts'
import { newDataFolder } from '../../data-folder.ts'
import { tenantWallContract } from '../../contracts/tenant-wall.ts'

const folder = newDataFolder()

tenantWallContract('PGlite', (tenant) =>
  openDatabase({ kind: 'folder', folder, ...(tenant === undefined ? {} : { tenant }) }),
)
