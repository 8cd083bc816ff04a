import { expect, test } from 'vitest'
import { startTestBot } from '../../bot.ts'
import { adminToken } from './web-bot.ts'

async function askSpend(query: string, headers: Readonly<Record<string, string>>) {
  const bot = await startTestBot({ TUPPENCE_ADMIN_TOKEN: adminToken, TZ_BUDGET: 'Europe/London' })
  const response = await fetch(`${bot.url}/api/spend${query}`, { headers })
  return { status: response.status, body: await response.json() }
}

const asAdmin = { authorization: `Bearer ${adminToken}` }

test('an admin reads what was spent today, in the budget’s own zone', async () => {
  const { status, body } = await askSpend('', asAdmin)

  expect(status).toBe(200)
  expect(body).toMatchObject({
    period: { timeZone: 'Europe/London' },
    today: { limitMicroDollars: 100_000_000, spentMicroDollars: 0, heldMicroDollars: 0 },
    total: { calls: 0, costMicroDollars: 0 },
  })
})

test('a period nobody can read is refused with examples', async () => {
  const { status, body } = await askSpend('?period=lately', asAdmin)

  expect(status).toBe(400)
  expect(body).toMatchObject({ error: { code: 'usage', message: expect.stringContaining('"lately"') } })
})

test('a visitor on this very machine is not told', async () => {
  const { status, body } = await askSpend('', {})

  expect(status).toBe(403)
  expect(body).toMatchObject({ error: { code: 'forbidden', field: 'authorization' } })
})
