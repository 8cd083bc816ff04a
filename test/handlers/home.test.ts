import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DeskCard } from '../../src/core/desk.ts'
import { plantDay } from '../contracts/spending-day.ts'
import { ada, eve, openSpendRig, shownIn, sue, textIn, type SpendRig } from './spend/rig.ts'

let rig: SpendRig
let bot: Awaited<ReturnType<SpendRig['begin']>>
beforeAll(async () => {
  rig = await openSpendRig()
})
beforeEach(async () => {
  bot = await rig.begin()
})
afterAll(() => rig.close())

async function plantTickets(requester: string, count: number): Promise<void> {
  await rig.database.query(
    `insert into conversations (tenant, id, channel, address, author_id, opened_at) values ($1, 'c', 'slack', '{}', 'x', now())
     on conflict do nothing`,
    [bot.tenant],
  )
  for (let number = 1; number <= count; number += 1)
    await rig.database.query(
      `insert into tickets (tenant, id, subject, state, requester, conversation, opened_at)
       values ($1, $2, $3, $4, $5, 'c', $6)`,
      [
        bot.tenant,
        `T-${number}`,
        number === 2 ? `*Urgent* | [now](https://evil.example) ${'x'.repeat(300)}` : `About ${number}`,
        number === 1 ? 'solved' : 'waiting-team',
        requester,
        new Date(Date.UTC(2026, 10, number)),
      ],
    )
}

function card(ticket: string, openedAt: string, more: Partial<DeskCard> = {}): DeskCard {
  return {
    tenant: bot.tenant,
    id: ticket,
    kind: 'hand-over',
    conversation: 'c',
    platform: 'slack',
    post: 'p',
    state: 'waiting',
    ticket,
    version: 1,
    openedAt: new Date(openedAt),
    facts: {
      customer: { id: 'T1:UCUS', name: 'Grace *Hopper*' },
      channel: 'slack',
      said: [],
      unanswered: 1,
      isWithBot: false,
      isAcknowledged: false,
      isNoteExplained: false,
    },
    ...more,
  }
}

test('a customer sees how to ask, and their own tickets alone: the newest ten first, in words', async () => {
  await plantTickets('slack:T1:UEVE', 12)

  const { reply } = shownIn(await bot.openHome(eve))

  expect(reply.text).toContain('**Teapots & Co**')
  expect(reply.text).toContain('| T-12 | About 12 | with our team |\n| T-11 |')
  expect(reply.text).toContain('| T-3 |')
  expect(reply.text).not.toContain('| T-2 |')
  expect(reply.text).not.toMatch(/Waiting|today's|\/spend/)
  expect(reply.actions).toEqual([])
})

test('a subject is harmless and short, and nobody else’s ticket is shown', async () => {
  await plantTickets('slack:T1:UEVE', 2)

  const text = textIn(await bot.openHome(eve))

  expect(text).toContain(String.raw`| T-2 | \*Urgent\* \| \[now\]\(https://evil.example\) xxx`)
  expect(text).toContain('| T-1 | About 1 | solved |')
  expect(text.length).toBeLessThan(500)
  expect(textIn(await bot.openHome(sue))).toContain('You have no tickets')
})

test('support sees who waits, since when, and who has whom; but no money', async () => {
  bot.waiting.push(
    card('T-1', '2026-11-26T09:30:00Z'),
    card('T-2', '2026-11-27T11:05:00Z', { state: 'claimed', person: { id: 'T1:USUE', name: 'Sue' } }),
  )

  const { reply } = shownIn(await bot.openHome(sue))

  expect(reply.text).toContain('**Waiting for a person, or with one: 2**')
  expect(reply.text).toContain(String.raw`- **T-1** Grace \*Hopper\*, since 2026-11-26 09:30: nobody has it yet`)
  expect(reply.text).toContain(String.raw`- **T-2** Grace \*Hopper\*, since 11:05: with Sue`)
  expect(reply.text).not.toMatch(/\$|\/spend/)
  expect(reply.actions).toEqual([])
})

test('a long queue is cut with how many more there are', async () => {
  for (let number = 0; number < 100; number += 1) bot.waiting.push(card(`T-${number}`, '2026-11-27T11:05:00Z'))

  const text = textIn(await bot.openHome(sue))

  expect(text).toContain('and 90 more')
  expect(text.length).toBeLessThan(2500)
})

test('an admin sees the money, the tiers, who was not content, the queue and a switch', async () => {
  bot.bench.at = new Date('2026-11-21T23:39:00Z')
  await plantDay(rig.database, bot.tenant)
  await bot.spendNow(250_000)

  const { reply } = shownIn(await bot.openHome(ada))

  expect(reply.text).toContain("**Today, 2026-11-21**: **$0.25** of today's $1.00 is used (25 %), $0.75 is left.")
  expect(reply.text).toContain('Messages by tier: tier 0: 40 % · tier 1: 20 % · tier 2: 20 % · tier 4: 20 %')
  expect(reply.text).toContain('- general.greeting, tier 0: 1 of 1, 1 asked for the large model')
  expect(reply.text).toContain('Nobody is waiting')
  expect(reply.text).toContain('Slack takes no commands inside a thread')
  expect(reply.actions).toMatchObject([{ id: 'spend:home:on', label: 'Free answers only' }])
  expect(reply.actions[0]?.confirm).toContain('until midnight')
  expect(reply.text.length).toBeLessThan(5000)
})

test('the switch is on the record, answered with the new page, and pressed twice counts once', async () => {
  const on = shownIn(await bot.pressHome(ada, 'spend:home:on'))
  await Promise.all([bot.pressHome(ada, 'spend:home:on'), bot.pressHome(ada, 'spend:home:on')])

  expect(on.reply.text).toContain('Budget mode is on')
  expect(on.reply.actions).toMatchObject([{ id: 'spend:home:off', label: 'Ask paid models again' }])
  expect(bot.controls.isFreeOnly((await bot.ledger.on()).day)).toBe(true)

  const off = shownIn(await bot.pressHome(ada, 'spend:home:off'))

  expect(off.reply.text).not.toContain('Budget mode is on')
  expect(bot.controls.isFreeOnly((await bot.ledger.on()).day)).toBe(false)
  expect(await bot.audit.newest(bot.tenant)).toMatchObject([
    { action: 'budget.mode', from: '2026-11-27', to: 'default', by: 'slack:T1:UADA', place: 'slack/T1/home' },
    { action: 'budget.mode', from: 'default', to: '2026-11-27' },
  ])
})

test('a press the platform tells of again does not undo what an admin pressed after it', async () => {
  const first = { id: 'press-1' }
  await bot.pressHome(ada, 'spend:home:on', first)
  await bot.pressHome(ada, 'spend:home:off')

  await bot.pressHome(ada, 'spend:home:on', first)

  expect(bot.controls.isFreeOnly((await bot.ledger.on()).day)).toBe(false)
  expect(await bot.audit.newest(bot.tenant)).toHaveLength(2)
})

test.each([
  ['somebody who is no admin', sue, 'spend:home:on'],
  ['a stranger', eve, 'spend:home:on'],
  ['an admin, of a switch that does not exist', ada, 'spend:home:everything'],
] as const)('a press of %s switches nothing', async (_, who, id) => {
  await bot.pressHome(who, id)

  expect(await bot.audit.newest(bot.tenant)).toEqual([])
})

test('a demoted admin sees what support sees, at once', async () => {
  bot.platformAdmins.delete(ada.author)

  const { reply } = shownIn(await bot.openHome(ada))

  expect(reply.text).not.toMatch(/\$|\/spend/)
  expect(reply.text).toContain('Nobody is waiting')
  await bot.pressHome(ada, 'spend:home:on')
  expect(await bot.audit.newest(bot.tenant)).toEqual([])
})
