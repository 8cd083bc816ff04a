import type { Address } from '../../src/core/message.ts'
import type { FindNewest } from '../../src/core/ports.ts'
import { instant, json, text, type Database } from './database.ts'

// In: a tenant, a channel. Out: its newest message. One that was changed and asked again (`#`) is none of the platform's.
const newestStatement = `
  select i.id, i.received_at from inbox i
  join conversations c on c.tenant = i.tenant and c.id = i.conversation
  where i.tenant = $1 and c.channel = $2 and position('#' in i.id) = 0 order by i.seq desc limit 1`

// In: as above, and the newest message's instant. Out: addresses of the week before it, the newest first.
const addressesStatement = `
  select i.address, max(i.seq) as newest from inbox i
  join conversations c on c.tenant = i.tenant and c.id = i.conversation
  where i.tenant = $1 and c.channel = $2 and i.received_at > $3::timestamptz - interval '7 days'
  group by i.address order by newest desc limit 500`

export function createFindNewest(database: Database): FindNewest {
  return async (tenant, channel) => {
    const [row] = await database.query(newestStatement, [tenant, channel])
    if (row === undefined) return undefined
    const receivedAt = instant(row, 'received_at')
    const addresses = await database.query(addressesStatement, [tenant, channel, receivedAt])
    return { id: text(row, 'id'), receivedAt, addresses: addresses.map((found) => json<Address>(found, 'address')) }
  }
}
