import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ada, bob, buttonsIn, configured, dan, openSpendRig, shownIn, textIn, type SpendRig } from './rig.ts'

let rig: SpendRig
let bot: Awaited<ReturnType<SpendRig['begin']>>
beforeAll(async () => {
  rig = await openSpendRig()
})
beforeEach(async () => {
  bot = await rig.begin()
})
afterAll(() => rig.close())

/** Asks for a change, and gives the ids of "yes" and "no". */
async function ask(text: string, who = ada): Promise<readonly [yes: string, no: string]> {
  const [yes = '', no = ''] = buttonsIn(await bot.command(who, text))
  return [yes, no]
}

describe('a change that is asked for', () => {
  test('says from what to what, what that does and until when, and changes nothing yet', async () => {
    await bot.spendNow(400_000)

    const asked = shownIn(await bot.command(ada, 'limit 50'))

    expect(asked.reply.text).toContain('from **$1.00** to **$50.00**')
    expect(asked.reply.text).toContain('$0.40 is used today, so $49.60 would be left.')
    expect(asked.reply.text).toContain('after a restart')
    expect(asked.reply.actions.map(({ label }) => label)).toEqual(['Yes, set $50.00', 'No, leave it'])
    expect(asked.reply.actions.every(({ id, meaning }) => id.length <= 100 && meaning.kind === 'control')).toBe(true)
    expect(bot.controls.dailyLimit()).toBe(configured)
    expect(await bot.audit.newest(bot.tenant)).toEqual([])
  })

  test.each([
    ['limit 0.3', '$0.40 is used today already: no paid model is asked again'],
    ['limit 0.4', '$0.40 is used today already: no paid model is asked again'],
    ['limit 0', 'No paid model is asked at all'],
    ['mode on', 'until midnight (UTC)'],
  ])('"%s" says: %s', async (text, words) => {
    await bot.spendNow(400_000)

    expect(textIn(await bot.command(ada, text))).toContain(words)
  })

  test('is not asked about when there is nothing to change', async () => {
    for (const [text, words] of [
      ['limit 1', 'The limit is **$1.00** already'],
      ['limit default', 'The limit is **$1.00** already'],
      ['mode off', 'Budget mode is off already'],
    ] as const) {
      const answer = await bot.command(ada, text)

      expect(textIn(answer)).toContain(words)
      expect(buttonsIn(answer)).toEqual([])
    }
  })
})

describe('a confirmed change', () => {
  test('counts at once and is recorded with who, when, what, from, to and where', async () => {
    const [yes] = await ask('limit 50')

    const done = shownIn(await bot.press(ada, yes))

    expect(done).toMatchObject({ replaces: true, reply: { actions: [] } })
    expect(done.reply.text).toBe("Done. The day's limit is **$50.00**; before it was $1.00.")
    expect((await bot.ledger.on()).limit).toBe(50_000_000)
    expect(await bot.audit.newest(bot.tenant)).toMatchObject([
      {
        seq: 1,
        by: 'slack:T1:UADA',
        at: bot.bench.at,
        action: 'budget.limit',
        from: 'default',
        to: '50000000',
        place: 'slack/T1/C1',
      },
    ])
    expect(bot.events.map(({ name }) => name)).toEqual(['controls.changed'])
  })

  test('is seen by another process as soon as it looks again', async () => {
    const other = bot.open()
    await other.controls.refresh()
    const [yes] = await ask('limit 50')
    await bot.press(ada, yes)

    await other.controls.refresh()

    expect((await other.ledger.on()).limit).toBe(50_000_000)
  })

  test('may be confirmed in another process than the one that asked', async () => {
    const [yes] = await ask('mode on')

    expect(textIn(await bot.press(ada, yes, bot.open().spend))).toContain('Done. Until midnight')
  })

  test('goes back to the configured limit with default', async () => {
    const [yes] = await ask('limit 50')
    await bot.press(ada, yes)
    const [back] = await ask('limit default')

    expect(textIn(await bot.press(ada, back))).toBe("Done. The day's limit is **$1.00**; before it was $50.00.")
    expect((await bot.audit.newest(bot.tenant))[0]).toMatchObject({ from: '50000000', to: 'default' })
  })

  test('of the mode ends with the day, and can be ended sooner', async () => {
    const [on] = await ask('mode on')
    await bot.press(ada, on)
    expect(bot.controls.isFreeOnly((await bot.ledger.on()).day)).toBe(true)
    expect(textIn(await bot.command(bob, ''))).toContain('Budget mode is on')

    const [off] = await ask('mode off', bob)
    expect(textIn(await bot.press(bob, off))).toContain('Paid models are asked again')
    expect(bot.controls.isFreeOnly((await bot.ledger.on()).day)).toBe(false)

    const [again] = await ask('mode on')
    await bot.press(ada, again)
    bot.bench.pass(12 * 3_600_000)
    expect(bot.controls.isFreeOnly((await bot.ledger.on()).day)).toBe(false)
    expect(textIn(await bot.command(bob, ''))).not.toContain('Budget mode is on')
    // Yesterday's switch is not in the way of today's.
    const [tomorrow] = await ask('mode on')
    expect(textIn(await bot.press(ada, tomorrow))).toContain('Done.')
  })

  test('to end the mode never lifts the limit', async () => {
    const [on] = await ask('mode on')
    await bot.press(ada, on)
    await bot.spendNow(1_000_000)

    expect(textIn(await bot.command(ada, 'mode off'))).toContain('used up, so answers stay free')
    const [off] = await ask('mode off')
    await bot.press(ada, off)

    expect((await bot.ledger.on()).limit).toBe(configured)
  })
})

describe('a press that makes no change', () => {
  test('is the one that leaves it', async () => {
    const [, no] = await ask('limit 50')

    expect(shownIn(await bot.press(ada, no))).toMatchObject({
      replaces: true,
      reply: { text: 'All right, nothing was changed.' },
    })
    expect(bot.controls.dailyLimit()).toBe(configured)
  })

  test('is the second of two, and each of forty but one at the same time', async () => {
    const [yes] = await ask('limit 50')

    const answers = await Promise.all(Array.from({ length: 40 }, () => bot.press(ada, yes)))

    const texts = answers.map(textIn)
    expect(texts.filter((text) => text.startsWith('Done.'))).toHaveLength(1)
    expect(texts.filter((text) => text.startsWith('That was done already'))).toHaveLength(39)
    expect(await bot.audit.newest(bot.tenant)).toHaveLength(1)
  })

  test('repeats nothing, also after somebody changed it back', async () => {
    const [yes] = await ask('limit 50')
    await bot.press(ada, yes)
    const [back] = await ask('limit default', bob)
    await bot.press(bob, back)

    const again = textIn(await bot.press(ada, yes))

    expect(again).toContain('That was done already')
    expect(again).toContain("The day's limit is **$1.00**.")
    expect(bot.controls.dailyLimit()).toBe(configured)
  })

  test('is one that somebody else overtook', async () => {
    const [fifty] = await ask('limit 50')
    const [ten] = await ask('limit 10', bob)
    await bot.press(bob, ten)

    expect(textIn(await bot.press(ada, fifty))).toContain('Somebody changed that in the meantime')
    expect(bot.controls.dailyLimit()).toBe(10_000_000)
  })

  test('is another person’s, who is an admin as well', async () => {
    const [yes] = await ask('limit 50')

    const answer = shownIn(await bot.press(bob, yes))

    expect(answer.reply.text).toContain('Somebody else was asked')
    expect(answer.replaces).toBeUndefined()
    expect(bot.controls.dailyLimit()).toBe(configured)
    // Whoever was asked can still mean it.
    expect(textIn(await bot.press(ada, yes))).toContain('Done.')
  })

  test('comes ten minutes after the question', async () => {
    const [yes] = await ask('limit 50')
    bot.bench.pass(600_000)

    expect(textIn(await bot.press(ada, yes))).toContain('open for too long')
    expect(bot.controls.dailyLimit()).toBe(configured)
  })

  test('comes after the midnight at which the mode would have ended', async () => {
    bot.bench.at = new Date('2026-11-27T23:55:00Z')
    const [yes] = await ask('mode on')
    bot.bench.at = new Date('2026-11-28T00:01:00Z')

    expect(textIn(await bot.press(ada, yes))).toContain('open for too long')
    expect(bot.controls.current().mode).toBeUndefined()
  })

  test.each(['spend:yes:limit:~:1:zzzzzz:n:m:s', 'spend:', 'spend:unknown', `spend:${'x'.repeat(300)}`])(
    'is forged: %s',
    async (id) => {
      expect(textIn(await bot.press(ada, id))).toContain("isn't one of mine")
      expect(await bot.audit.newest(bot.tenant)).toEqual([])
    },
  )

  test('is that of an admin who lost the role after the question', async () => {
    const [yes] = await ask('limit 50', dan)
    bot.platformAdmins.delete(dan.author)

    expect(textIn(await bot.press(dan, yes))).toContain('Discord does not have you as an admin')
    expect(bot.controls.dailyLimit()).toBe(configured)
  })
})

test('fifty changes leave a record that is whole', async () => {
  for (let number = 1; number <= 50; number += 1) {
    const [yes] = await ask(`limit ${number + 1}`)
    await bot.press(ada, yes)
  }

  expect(await bot.audit.verify(bot.tenant)).toEqual({ kind: 'whole', rows: 50 })
  expect((await bot.audit.newest(bot.tenant)).map(({ to }) => to)).toEqual(
    Array.from({ length: 50 }, (_, index) => String((51 - index) * 1_000_000)),
  )
})

describe('/spend audit', () => {
  const audit = async (): Promise<string> => textIn(await bot.command(bob, 'audit'))

  test('tells what was changed, the newest first, and that the record is whole', async () => {
    expect(await audit()).toBe('Nobody has changed anything so far.')
    for (const text of ['limit 50', 'mode on', 'mode off', 'limit default']) {
      const [yes] = await ask(text)
      await bot.press(ada, yes)
    }

    expect(await audit()).toBe(
      [
        'Changes on record: **4**. The record is as it was written.',
        '',
        '- 2026-11-27 12:00: limit from $50.00 to the configured one, by slack:T1:UADA in slack/T1/C1',
        '- 2026-11-27 12:00: paid models again, by slack:T1:UADA in slack/T1/C1',
        '- 2026-11-27 12:00: free answers only, by slack:T1:UADA in slack/T1/C1',
        '- 2026-11-27 12:00: limit from the configured one to $50.00, by slack:T1:UADA in slack/T1/C1',
      ].join('\n'),
    )
  })

  test('names the entry that somebody changed in the database', async () => {
    for (const text of ['limit 50', 'limit 60', 'limit 70']) {
      const [yes] = await ask(text)
      await bot.press(ada, yes)
    }
    await rig.database.query('alter table audit disable trigger audit_kept')
    await rig.database.query(`update audit set to_value = '1' where tenant = $1 and seq = 2`, [bot.tenant])
    await rig.database.query('alter table audit enable trigger audit_kept')

    expect(await audit()).toContain('**The record is broken at entry 2**: it is not what was written.')
  })
})
