import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createCostsCommand } from '../../../handlers/cli/costs.ts'
import { sayReport } from '../../../handlers/spend/report.ts'
import { plantDay } from '../../contracts/spending-day.ts'
import { createMemoryIo } from '../cli/io.ts'
import { ada, bob, dan, eve, openSpendRig, shownIn, sue, textIn, type SpendRig } from './rig.ts'

let rig: SpendRig
let bot: Awaited<ReturnType<SpendRig['begin']>>
beforeAll(async () => {
  rig = await openSpendRig()
})
beforeEach(async () => {
  bot = await rig.begin()
})
afterAll(() => rig.close())

/** 21 November 2026 with 9,535 micro-dollars charged in three calls, and 250 under way. */
async function openPlanted() {
  // Before the end of the call under way, which the ledger would charge at its bound from then on.
  bot.bench.at = new Date('2026-11-21T23:39:00Z')
  await plantDay(rig.database, bot.tenant)
}

/** Every amount of dollars in a text, in micro-dollars. */
function amountsIn(text: string): readonly number[] {
  return [...text.matchAll(/\$(\d+)\.(\d{2,6})(?!\d)/g)].map(([, whole = '', part = '']) =>
    Number(whole + part.padEnd(6, '0')),
  )
}

test('today is told with the budget, the messages, the tiers, the dearest models and who was not content', async () => {
  await openPlanted()

  const text = textIn(await bot.command(ada, ''))

  expect(text).toContain('**2026-11-21** · UTC')
  expect(text).toContain('- Spent: **$0.009535** in 4 calls')
  expect(text).toContain('- Under way: $0.00025')
  expect(text).toContain('- Of it unconfirmed: $0.0004')
  expect(text).toContain('- 5 messages of 4 people in 4 conversations, 1 resolved')
  // 9,535 divided by 5 messages, 4 conversations and 1 resolution.
  expect(text).toContain('- A message $0.001907 · a conversation $0.00238375 · a resolution $0.009535')
  // 1 - 9,535 / 125,000
  expect(text).toContain('- The dearest model for all: $0.125 by estimate, 92.4 % saved')
  expect(text).toContain('| 4 | 1 | 20 % | $0.009 |')
  expect(text).toContain('Models: large $0.009 · haiku $0.000535')
  expect(text).toContain('Intents: payments.refund $0.009135 · account.plan $0.0004')
  expect(text).toContain('- general.greeting, tier 0: 1 of 1, 1 asked for the large model')
})

test('every word of the report comes from the wording, so that it can be another language', async () => {
  await openPlanted()
  const spend = await bot.parts.read('today')

  const wordless = sayReport(spend, (_key, values = {}) => Object.values(values).join(' ')).join(' ')

  expect(wordless).not.toMatch(/call|message|person|people|conversation|tier/)
})

test('the numbers are those of the command line and of the ledger, to the micro-dollar', async () => {
  await openPlanted()
  const { parts } = bot
  const spend = await parts.read('today')
  const io = createMemoryIo()
  const source = { read: parts.read, close: () => Promise.resolve() }
  await createCostsCommand(() => Promise.resolve(source)).run([], io)

  const told = new Set(amountsIn(textIn(await bot.command(ada, 'today'))))
  const printed = new Set(amountsIn(io.output()))
  const hours = await parts.hours('today')

  for (const amount of [spend.total.costMicroDollars, spend.total.heldMicroDollars, spend.wouldHaveCostMicroDollars])
    expect(told).toContain(amount)
  for (const { costMicroDollars } of [...spend.by.tier, ...spend.by.model, ...spend.by.intent])
    expect(told).toContain(costMicroDollars)
  // What `/spend` alone tells is what an hour cost, in its chart.
  const ofHours = [9, 23].map((hour) =>
    hours.filter((one) => one.hour === hour).reduce((sum, one) => sum + one.charged, 0),
  )
  expect([...told].filter((amount) => !printed.has(amount) && !ofHours.includes(amount))).toEqual([])
  expect(ofHours.reduce((sum, amount) => sum + amount, 0)).toBe(spend.total.costMicroDollars)
})

test('where the day stands is told from the ledger, held money among it', async () => {
  await bot.spendNow(250_000)
  await bot.bench.send({
    amount: 50_000,
    scopes: [{ kind: 'installation', id: '', limit: 1_000_000 as never }],
    facts: { tenant: bot.tenant },
  })

  expect(textIn(await bot.command(ada, ''))).toContain("**$0.30** of today's $1.00 is used (30 %), $0.70 is left.")
})

test('a week, yesterday, a date, models and intents are told of their days', async () => {
  await openPlanted()

  expect(textIn(await bot.command(ada, 'week'))).toContain('**2026-11-15 to 2026-11-21** · UTC')
  expect(textIn(await bot.command(ada, 'week'))).toContain('**$0.009612** in 5 calls')
  expect(textIn(await bot.command(ada, 'yesterday'))).toContain('**$0.000077** in 1 call')
  expect(textIn(await bot.command(ada, '2026-11-20'))).toContain('**2026-11-20** · UTC')
  expect(textIn(await bot.command(ada, 'models'))).toContain('| large | 1 | $0.009 |\n| haiku | 3 | $0.000535 |')
  expect(textIn(await bot.command(ada, 'intents week'))).toContain('| payments.refund | 2 | $0.009135 |')
  expect(textIn(await bot.command(ada, '2026-11-01'))).toContain('Nothing was spent, and no message was answered.')
  expect(textIn(await bot.command(ada, 'models yesterday'))).not.toContain('large')
})

test('a day is a picture on Discord and a chart of letters on Slack; several days and empty ones are neither', async () => {
  await openPlanted()
  const onDiscord = shownIn(await bot.command(dan, 'today'))
  const onSlack = shownIn(await bot.command(ada, 'today'))

  expect(Buffer.from(onDiscord.picture?.png ?? []).toString('latin1', 1, 4)).toBe('PNG')
  expect(onDiscord.picture?.description).toBe(
    'Bars of what was spent in each hour of 2026-11-21 (UTC) by tier: $0.009535 in all.',
  )
  expect(onDiscord.reply.text).not.toContain('█')
  expect(onSlack.picture).toBeUndefined()
  expect(onSlack.reply.text).toContain('| 09 | ▒███████████████ | $0.009135 |')
  for (const text of ['week', '2026-11-01', 'models']) {
    const shown = shownIn(await bot.command(dan, text))
    expect(shown.picture).toBeUndefined()
    expect(textIn(await bot.command(ada, text))).not.toMatch(/[░▒▓█]/)
  }
})

test.each([
  [eve, 'not on its list', '`slack:T1:UEVE`'],
  [sue, 'not on its list', '`slack:T1:USUE`'],
  [{ ...ada, author: 'T2:UADA' }, 'not on its list', '`slack:T2:UADA`'],
  [{ ...dan, address: { channel: '99' } }, 'use `/spend` in your server', 'Discord'],
] as const)('%o is told what is missing', async (who, words, more) => {
  await openPlanted()
  for (const text of ['', 'models', 'mode on', 'limit 5', 'help', 'nonsense']) {
    const answer = shownIn(await bot.command(who, text))

    expect(answer.reply.text).toContain(words)
    expect(answer.reply.text).toContain(more)
    expect(answer.reply.text).not.toMatch(/\$\d/)
    expect(answer.reply.actions).toEqual([])
  }
})

test('an admin who is demoted is refused at the next word', async () => {
  expect(textIn(await bot.command(ada, ''))).toContain('2026-11-27')
  bot.platformAdmins.delete(ada.author)

  expect(textIn(await bot.command(ada, ''))).toContain('Slack does not have you as an admin at the moment')

  bot.platformAdmins.add(ada.author)
  expect(textIn(await bot.command(ada, ''))).toContain('2026-11-27')
})

test.each([
  ['budget', "I don't know “budget”."],
  ['limit -5', '“-5” is less than nothing.'],
  ['limit 1,000', "I can't read “1,000” as dollars."],
  ['mode', 'The mode is missing'],
  ['mode maybe', 'not “maybe”'],
  ['today please', 'what “please” is for'],
  ['2026-02-30', 'There is no period "2026-02-30"'],
  ['2026-11-21..2026-11-01', 'ends before it begins'],
  ['9999d', 'There is no period "9999d"'],
  ['help', 'What you can write'],
])('"%s" gets the usage, and is told what was wrong', async (text, words) => {
  const told = textIn(await bot.command(bob, text))

  expect(told).toContain(words)
  expect(told).toContain('`/spend limit 50`')
})

test('what was written wrongly comes back harmless and short', async () => {
  const told = textIn(await bot.command(bob, `**@everyone**[x](https://evil.example)${'y'.repeat(5000)}`))

  expect(told).toContain(String.raw`“\*\*@everyone\*\*\[x\]\(https://evil.example\)yy”`)
  expect(told.length).toBeLessThan(1000)
})

test('where the limit comes from is told', async () => {
  expect(textIn(await bot.command(ada, ''))).not.toContain('/spend limit')
  await bot.parts.change(
    bot.tenant,
    { kind: 'limit', from: undefined, to: 0 as never },
    { id: 'x', at: bot.bench.at, by: 'slack:T1:UBOB', place: 'slack' },
  )

  const told = textIn(await bot.command(ada, ''))

  expect(told).toContain("Today's limit is $0.00: only free and local answers are given.")
  expect(told).toContain('The limit was set by `/spend limit`; $1.00 is configured.')
})
